/** Told how far the work is: 0–100, never backwards, and what is being done in a few words. */
export type OnProgress = (percent: number, message: string) => void;

/** Where git's own phases stand within one fetch, in parts of a whole. */
const phases: readonly (readonly [RegExp, number, number])[] = [
  [/Counting objects:\s+(\d+)%/g, 0, 0.05],
  [/Compressing objects:\s+(\d+)%/g, 0.05, 0.1],
  [/Receiving objects:\s+(\d+)%/g, 0.1, 0.85],
  [/Resolving deltas:\s+(\d+)%/g, 0.85, 1],
];

/** Reads the progress that one `git fetch --progress` prints and tells it as percents between `from` and `to`. */
export function readFetchProgress(
  tell: OnProgress | undefined,
  range: { readonly from: number; readonly to: number; readonly message: string },
): (stderr: string) => void {
  let told = -1;
  return (stderr) => {
    let done = 0;
    for (const [pattern, start, end] of phases) {
      for (const match of stderr.matchAll(pattern)) {
        done = Math.max(done, start + ((end - start) * Number(match[1])) / 100);
      }
    }
    const percent = Math.floor(range.from + (range.to - range.from) * done);
    if (done === 0 || percent <= told) return;
    told = percent;
    tell?.(percent, range.message);
  };
}

/** Keeps a teller from going backwards or past 100. */
export function monotone(tell: OnProgress | undefined): OnProgress {
  let told = -1;
  return (percent, message) => {
    const next = Math.min(100, Math.max(told, Math.floor(percent)));
    told = next;
    tell?.(next, message);
  };
}
