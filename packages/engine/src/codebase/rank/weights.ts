import type { SignalName } from './signals/index.ts';

/** What each signal counts. */
export const weights: Record<SignalName, number> = {
  code: 1,
  codeTitle: 0,
  history: 0.56,
  historyText: 0,
  phrases: 0.28,
  defined: 0.21,
  names: 0.15,
  namesTitle: 0.1,
  prose: -0.15,
  proseTitle: 0.2,
  path: 0,
  pathTitle: 0,
  baseName: 0.1,
  tests: 0.15,
  mentioned: 0.21,
  framed: -0.09,
  brokeHere: 0,
  language: 0.27,
  sideLanguage: -0.59,
  notCode: -0.59,
  changed: 0,
  together: 0,
  commits: 0,
  commitsTitle: 0,
  coverage: 0,
  coverageTitle: 0,
  directory: 0,
  companions: 0,
};

export function weightOf(signal: string): number {
  return new Map<string, number>(Object.entries(weights)).get(signal) ?? 0;
}
