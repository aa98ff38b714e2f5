import type { CardAnchor, CardStaleness, CodeSymbol } from '@yudai/contract';

export type FileAnchor = Extract<CardAnchor, { kind: 'file' }>;

/** Where the text of a card is now, or what stands in its place. */
export interface CardPlace {
  readonly path: string;
  readonly blob: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** How a card stands to the code, and with which place. */
export interface Standing {
  readonly state: CardStaleness['state'];
  readonly place: CardPlace | null;
}

/** The file at the anchor's path, as it is now. */
export interface FileNow {
  readonly blob: string;
  /** Null when its text may not be shown. */
  readonly text: string | null;
  readonly outline: readonly CodeSymbol[];
}

/**
 * Looks for what a card holds in a file whose content is another than the one it was taken from: the same text on the same lines, then the
 * same text found once, then the definition of the same name, then the whole file.
 */
export function reanchor(anchor: FileAnchor, content: string, file: FileNow): Standing {
  const { path, startLine, endLine } = anchor;
  const at = (start: number, end: number): CardPlace => ({ path, blob: file.blob, startLine: start, endLine: end });
  if (file.text === null) return { state: 'changed', place: null };
  const lines = file.text.split('\n');
  if (anchor.whole) return { state: 'changed', place: at(1, countLines(lines)) };
  if (lines.slice(startLine - 1, endLine).join('\n') === content)
    return { state: 'current', place: at(startLine, endLine) };
  const found = findOnce(file.text, content);
  if (found !== null) return { state: 'moved', place: at(found, found + endLine - startLine) };
  const symbol = anchor.symbol === null ? undefined : symbolNamed(file.outline, anchor.symbol);
  return { state: 'changed', place: symbol === undefined ? null : at(symbol.startLine, symbol.endLine) };
}

/** The definition of this dotted name, when there is one and only one. */
export function symbolNamed(outline: readonly CodeSymbol[], name: string): CodeSymbol | undefined {
  const matches = outline.filter((symbol) => dottedName(symbol) === name);
  return matches.length === 1 ? matches[0] : undefined;
}

export function dottedName({ container, name }: Pick<CodeSymbol, 'container' | 'name'>): string {
  return container === '' ? name : `${container}.${name}`;
}

/** The text of these lines, both included. */
export function linesOf(text: string, startLine: number, endLine: number): string {
  return text
    .split('\n')
    .slice(startLine - 1, endLine)
    .join('\n');
}

/** How many lines a text has; the break at its end begins no other. */
export function countLines(lines: readonly string[]): number {
  return Math.max(1, lines.at(-1) === '' ? lines.length - 1 : lines.length);
}

/** The line at which these whole lines begin, when they are there once. */
export function findOnce(text: string, content: string): number | null {
  if (content.trim() === '') return null;
  const inside = `\n${text}\n`;
  const wanted = `\n${content}\n`;
  const first = inside.indexOf(wanted);
  if (first < 0 || inside.indexOf(wanted, first + 1) >= 0) return null;
  return inside.slice(0, first).split('\n').length;
}
