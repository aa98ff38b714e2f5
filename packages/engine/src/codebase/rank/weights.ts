import type { SignalName } from './signals/index.ts';

/**
 * What each signal counts. Found by coordinate ascent on recall, reciprocal rank and complete answers, the mean of twelve bootstraps, over
 * the 465 core instances of the public half of the retrieval data, 2026-11-21. The features came from a development harness whose
 * definitions were found by patterns, not by the parser; there, scoring each repository by weights that never saw it gave R@10 88.4,
 * MRR 77.3, Acc@10 79.8. With the parser and these weights `bench/retrieval.ts` gave R@10 91.3, MRR 76.9, Acc@10 84.8 over 270 of the
 * same instances (`bench/README.md` says which). `notCode` is a choice: the data has no documents among its answers.
 */
export const weights: Readonly<Record<SignalName, number>> = {
  code: 1,
  codeTitle: 0.12,
  history: 0.05,
  historyText: 0.36,
  phrases: 0.32,
  defined: 0.22,
  names: 0.25,
  proseTitle: 0.2,
  path: 0.22,
  pathTitle: 0.22,
  tests: 0.23,
  mentioned: 0.35,
  framed: -0.27,
  brokeHere: 0.58,
  language: 0.56,
  sideLanguage: -0.12,
  notCode: -0.59,
  changed: -0.34,
  commits: 0.31,
  commitsTitle: 0.2,
  coverageTitle: 0.3,
  together: 0.09,
  directory: 0.29,
};

const byName = new Map<string, number>(Object.entries(weights));

/** The weight of a signal by name; 0 for one that is not in the table. */
export function weightOf(signal: string): number {
  return byName.get(signal) ?? 0;
}
