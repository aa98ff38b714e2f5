import { CheckoutError } from '#checkout/checkout-error.ts';

/** `unknown_ref`, naming the nearest of the names that exist. */
export function unknownRef(name: string, existing: readonly string[]): CheckoutError {
  const near = nearest(name, existing);
  const hint = near.length === 0 ? '' : ` Did you mean ${near.map((other) => `“${other}”`).join(', ')}?`;
  return new CheckoutError('unknown_ref', `There is no branch or tag “${name}”.${hint}`);
}

function nearest(name: string, existing: readonly string[]): string[] {
  const wanted = name.toLowerCase();
  return [...new Set(existing)]
    .slice(0, 20_000)
    .map((other) => ({ other, distance: distanceTo(wanted, other.toLowerCase()) }))
    .filter(({ other, distance }) => distance <= Math.max(2, Math.max(wanted.length, other.length) * 0.4))
    .toSorted((a, b) => a.distance - b.distance || a.other.length - b.other.length)
    .slice(0, 3)
    .map(({ other }) => other);
}

function distanceTo(wanted: string, other: string): number {
  if (other.includes(wanted) || wanted.includes(other)) return 1;
  if (Math.abs(wanted.length - other.length) > wanted.length) return Infinity;
  return editDistance(wanted.slice(0, 100), other.slice(0, 100));
}

/** Levenshtein: letters to add, drop or change. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
