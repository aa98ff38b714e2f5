import type { LikelyDuplicate } from '@yudai/contract';
import { stemsOf } from '#workflows/issue-writing/words.ts';

/** An issue that there is already. */
export interface KnownIssue extends Omit<LikelyDuplicate, 'likeness'> {
  readonly body: string;
}

/** Below this, two texts share what all issues of a repository share. */
const leastLikeness = 0.35;
const most = 5;
/** A title says more than the text below it. */
const titleWeight = 3;

/**
 * Which known issues may say the same: the cosine of their words, each weighed by how rare it is among all of them, with the title counted
 * three times. The most alike first, at most five.
 */
export function findDuplicates(
  issue: { readonly title: string; readonly body: string },
  known: readonly KnownIssue[],
): LikelyDuplicate[] {
  const bags = known.map(bagOf);
  const own = bagOf(issue);
  const found = new Map<string, number>();
  for (const bag of [own, ...bags]) for (const word of bag.keys()) found.set(word, (found.get(word) ?? 0) + 1);
  const weigh = (bag: ReadonlyMap<string, number>) =>
    new Map(
      [...bag].map(([word, count]) => {
        const rarity = Math.log((known.length + 2) / ((found.get(word) ?? 0) + 0.5));
        return [word, (1 + Math.log(count)) * Math.max(rarity, 0.05)] as const;
      }),
    );
  const mine = weigh(own);
  return known
    .map(({ body: _body, ...issueThere }, place) => ({
      ...issueThere,
      likeness: Math.round(cosine(mine, weigh(bags[place] ?? new Map())) * 100) / 100,
    }))
    .filter(({ likeness }) => likeness >= leastLikeness)
    .toSorted((a, b) => b.likeness - a.likeness)
    .slice(0, most);
}

function bagOf({ title, body }: { readonly title: string; readonly body: string }): Map<string, number> {
  const bag = stemsOf(body.slice(0, 4000));
  for (const [word, count] of stemsOf(title)) bag.set(word, (bag.get(word) ?? 0) + titleWeight * count);
  return bag;
}

function cosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let product = 0;
  for (const [word, weight] of a) product += weight * (b.get(word) ?? 0);
  const length = Math.hypot(...a.values()) * Math.hypot(...b.values());
  return length === 0 ? 0 : product / length;
}
