import type { Chunk } from '../facts.ts';

// MiniLM reads 256 word pieces, about a thousand characters of code; what follows would only cost time.
const longestText = 2000;

/** What is embedded of a chunk: its path, which often says more than its code, and its lines. */
export function textOfChunk(path: string, lines: readonly string[], chunk: Chunk): string {
  return `${path}\n${lines.slice(chunk.startLine - 1, chunk.endLine).join('\n')}`.slice(0, longestText);
}
