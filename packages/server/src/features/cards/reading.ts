import { type CardAnchor, cardContentLimit } from '@yudai/contract';
import { AppError } from '#kernel/app-error.ts';

/** What was read from where a card comes from. */
export interface Reading {
  /** A title for who gives none. */
  readonly title: string;
  readonly content: string;
  readonly anchor: CardAnchor | null;
  /** How old it is: now, or when GitHub was last asked. Null for what people wrote or brought. */
  readonly readAt: Date | null;
}

/** As a card can be called: one line of at most 200 characters. */
export function titleOf(text: string, otherwise: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  const title = line === '' ? otherwise : line;
  return title.length <= 200 ? title : `${cutWhole(title, 199)}…`;
}

/** Text from outside as a database keeps it, and with a word at its end when it was too long for a card. */
export function toContent(text: string): string {
  const clean = text.replaceAll('\0', '').toWellFormed();
  if (clean.length <= cardContentLimit) return clean;
  const note = `\n\n[Cut here: ${(clean.length - cardContentLimit).toLocaleString('en')} characters more were left out.]`;
  return cutWhole(clean, cardContentLimit - note.length - 20) + note;
}

/** What people chose themselves is never cut: they choose less. */
export function requireFits(content: string): string {
  if (content.length <= cardContentLimit) return content;
  const [length, limit] = [content.length, cardContentLimit].map((count) => count.toLocaleString('en'));
  throw new AppError('invalid_input', `This has ${length} characters; a card holds ${limit}. Choose fewer lines.`);
}

/** The start of a text, never with half of a character. */
function cutWhole(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}
