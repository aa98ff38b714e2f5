import type { IssueDocument } from '@yudai/contract';

type Evidence = IssueDocument['evidence'][number];

/** One piece of evidence as the text of a list's item: `` `cite`: note ``. */
export function writeEvidence({ cite, note }: Evidence): string {
  if (cite === null) return note;
  return note === '' ? `\`${cite}\`` : `\`${cite}\`: ${note}`;
}

export function readEvidence(text: string): Evidence {
  const [, cite, note = ''] = /^`([^`]+)`(?:: (.*))?$/s.exec(text) ?? [];
  return cite === undefined || cite.trim() === ''
    ? { cite: null, note: text }
    : { cite: cite.trim(), note: note.trim() };
}
