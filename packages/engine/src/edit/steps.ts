import type { Step } from '#edit/lines.ts';

/** Beyond this many comparisons lines in the middle count as all changed; then a kept line may lose its own line end or blanks. */
const mostComparisons = 4_000_000;

/** What turns one list of lines into the other and keeps as many as it can. */
export function stepsBetween(before: readonly string[], after: readonly string[]): Step[] {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return [
    ...before.slice(0, head).map((text) => ({ kind: 'keep' as const, text })),
    ...middleSteps(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map((text) => ({ kind: 'keep' as const, text })),
  ];
}

/** Longest common subsequence; in each stretch of changes the removed lines come first. */
function middleSteps(before: readonly string[], after: readonly string[]): Step[] {
  const width = after.length + 1;
  const lengths = new Int32Array(before.length * after.length > mostComparisons ? 0 : (before.length + 1) * width);
  const lengthAt = (row: number, column: number) => lengths[row * width + column] ?? 0;
  if (lengths.length > 0) {
    for (let row = before.length - 1; row >= 0; row -= 1) {
      for (let column = after.length - 1; column >= 0; column -= 1) {
        lengths[row * width + column] =
          before[row] === after[column]
            ? lengthAt(row + 1, column + 1) + 1
            : Math.max(lengthAt(row + 1, column), lengthAt(row, column + 1));
      }
    }
  }
  const steps: Step[] = [];
  let added: Step[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old, fresh] = [before[row], after[column]];
    if (old !== undefined && old === fresh && lengthAt(row, column) > 0) {
      steps.push(...added, { kind: 'keep', text: old });
      added = [];
      row += 1;
      column += 1;
    } else if (old !== undefined && (fresh === undefined || lengthAt(row + 1, column) >= lengthAt(row, column + 1))) {
      steps.push({ kind: 'remove', text: old });
      row += 1;
    } else {
      added.push({ kind: 'add', text: fresh ?? '' });
      column += 1;
    }
  }
  return [...steps, ...added];
}
