import type { SignalName } from './signals/index.ts';

/**
 * What each signal counts. Found by coordinate ascent on recall, reciprocal rank and complete answers, the mean of twelve bootstraps, over
 * the features that the parser gives (`bench/retrieval.ts --features`, `bench/tune.ts`) of the 465 core instances of the public half of
 * the retrieval data and half of its other SWE-bench Lite instances, 2026-11-21. Scoring each repository by weights that never saw it gave
 * R@10 88.4, MRR 77.2, Acc@10 80.2; `bench/README.md` has the figures of the weights themselves. `notCode` and `sideLanguage` are choices:
 * the data has no documents among its answers.
 */
export const weights: Readonly<Record<SignalName, number>> = {
  code: 1,
  codeTitle: 0.29,
  history: 0.06,
  historyText: 0.29,
  phrases: 0.32,
  defined: 0.18,
  names: 0.19,
  proseTitle: 0.2,
  path: 0.15,
  pathTitle: 0.13,
  tests: 0.19,
  mentioned: 0.37,
  framed: -0.35,
  brokeHere: 0.74,
  language: 0.54,
  sideLanguage: -0.12,
  notCode: -0.59,
  changed: -0.37,
  commits: 0.26,
  commitsTitle: 0.21,
  coverageTitle: 0.29,
  together: 0.09,
  directory: 0.28,
};

const byName = new Map<string, number>(Object.entries(weights));

/** The weight of a signal by name; 0 for one that is not in the table. */
export function weightOf(signal: string): number {
  return byName.get(signal) ?? 0;
}
