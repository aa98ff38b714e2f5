import type { SymbolKind } from '@yudai/contract';
import type { Definition } from '#codebase/facts.ts';
import { docAbove } from '#codebase/symbols/doc.ts';
import type { Found } from '#codebase/symbols/readers/written.ts';

const longestSignature = 200;

/** Sorts by position, drops what two patterns found twice, and says in what each stands. */
export function toDefinitions(found: readonly Found[], text: string, language: string): Definition[] {
  const sorted = found.toSorted((a, b) => a.start - b.start || b.end - a.end || rankOf(b.kind) - rankOf(a.kind));
  const around: Found[] = [];
  const definitions: Definition[] = [];
  const seen = new Set<string>();
  const lines = text.split('\n');
  for (const item of sorted) {
    while ((around.at(-1)?.end ?? Infinity) <= item.start) around.pop();
    const id = `${item.start} ${item.name}`;
    if (seen.has(id)) continue;
    seen.add(id);
    if (item.kind !== 'scope') {
      const isInType = typeKinds.has(around.at(-1)?.kind ?? '');
      definitions.push({
        name: item.name,
        container: [...around.map(({ name }) => name), ...(item.container === '' ? [] : [item.container])].join('.'),
        kind: kindIn(item, isInType || item.container !== ''),
        startLine: item.startLine,
        endLine: item.endLine,
        signature: signatureOf(item, text, language),
        doc: docOf(item, text, lines, language),
      });
    }
    if (!leafKinds.has(item.kind)) around.push(item);
  }
  return definitions;
}

const typeKinds = new Set<string>(['class', 'interface', 'struct', 'enum', 'trait', 'scope']);
const leafKinds = new Set<string>(['field', 'property', 'constant', 'variable', 'type', 'macro']);

/** Go names one type by two patterns: the more exact one wins; a function beats the constant it is the value of. */
function rankOf(kind: Found['kind']): number {
  if (kind === 'type' || kind === 'variable') return 0;
  return kind === 'constant' ? 1 : 2;
}

function kindIn({ kind, name }: Found, isInType: boolean): SymbolKind {
  if (kind === 'scope') return 'type';
  if (kind === 'function' && isInType) return 'method';
  if (kind === 'method' && (name === 'constructor' || name === '__construct')) return 'constructor';
  return kind === 'variable' && /^[A-Z][A-Z0-9_]+$/.test(name) ? 'constant' : kind;
}

/** A definition that shares its line with what comes before it does not own the comment above. */
function docOf(item: Found, text: string, lines: readonly string[], language: string): string | null {
  if (!startsLine(item.start, text)) return null;
  const body = item.bodyStart === null ? '' : text.slice(item.bodyStart, item.bodyStart + 600);
  return docAbove(lines, item.startLine, language, body);
}

/** The declaration on one line, from the start of its line to its body. */
function signatureOf({ start, end, bodyStart }: Found, text: string, language: string): string {
  const from = startsLine(start, text) ? text.lastIndexOf('\n', start - 1) + 1 : start;
  const written = text.slice(from, Math.min(bodyStart ?? end, start + 600));
  const head =
    language === 'Ruby' ? written.split('\n', 1).join('') : bodyStart === null ? firstLines(written) : written;
  const oneLine = head.replaceAll(/\s+/g, ' ').trim();
  return oneLine.replace(/\s*(?:=>|[{:=;])$/, '').slice(0, longestSignature);
}

/** Whether only modifiers such as `export` stand before it on its line. */
function startsLine(start: number, text: string): boolean {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  return start - lineStart <= 200 && !/[{};]/.test(text.slice(lineStart, start));
}

/** Without a body (fields, constants, types), three lines say enough. */
function firstLines(text: string): string {
  return text.split('\n', 3).join('\n');
}
