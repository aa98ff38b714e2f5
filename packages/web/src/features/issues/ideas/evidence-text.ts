import type { Idea } from '@yudai/contract';
import { ideaEvidence } from '@yudai/contract';

export interface Place {
  readonly cite: string;
  readonly note: string;
}

/** Evidence as lines to edit: a citation, then what is to be seen there. */
export function writeEvidence(places: Idea['evidence']): string {
  return places.map(({ cite, note }) => (note === '' ? cite : `${cite} ${note}`)).join('\n');
}

/** Reads such lines. The problem is in words when one of them names no place, or there are too many. */
export function readEvidence(text: string): { readonly places: Place[] } | { readonly problem: string } {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const places: Place[] = [];
  for (const line of lines) {
    const [, cite, note = ''] = /^[`(]?([^\s`]+:\d+(?:-\d+)?(?:@[0-9a-f]{7,40})?)[`)]?[\s:,–-]*(.*)$/.exec(line) ?? [];
    if (cite === undefined) return { problem: `“${line.slice(0, 60)}” names no place such as src/a.ts:3-9.` };
    places.push({ cite, note });
  }
  const parsed = ideaEvidence.safeParse(places);
  return parsed.success
    ? { places: parsed.data }
    : { problem: 'At most ten places, each with a note of 1,000 characters.' };
}
