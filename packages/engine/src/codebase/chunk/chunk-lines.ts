import type { Chunk, Definition } from '#codebase/facts.ts';

const longestChunk = 60;
const shortestChunk = 8;

/**
 * Cuts a file's lines into ranges that cover it once: at the first lines of definitions where that leaves at least 8 lines, and
 * otherwise after 60. A long definition without others inside is cut into parts of 60.
 */
export function chunkLines(lines: number, definitions: readonly Pick<Definition, 'startLine'>[]): Chunk[] {
  const starts = [...new Set(definitions.map(({ startLine }) => startLine))].toSorted((a, b) => a - b);
  const chunks: Chunk[] = [];
  let from = 1;
  let next = 0;
  while (from <= lines) {
    const end = Math.min(lines, from + longestChunk - 1);
    while ((starts[next] ?? Infinity) < from + shortestChunk) next += 1;
    // The first definition line that leaves enough: a chunk is about one thing, and its best definition can be told.
    const cut = Math.min(end, (starts[next] ?? Infinity) - 1);
    chunks.push({ startLine: from, endLine: cut });
    from = cut + 1;
  }
  return chunks;
}
