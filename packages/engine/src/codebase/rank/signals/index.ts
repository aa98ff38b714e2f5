import type { Scoring } from '../scoring.ts';
import { changedTogether, directory } from './around.ts';
import { changed, commits, commitsByTitle } from './changes.ts';
import { chunks, chunksByTitle } from './chunks.ts';
import { coverageByTitle } from './coverage.ts';
import { defined } from './defined.ts';
import { historyByText, historyByTitle, names, path, pathByTitle, proseByTitle } from './fields.ts';
import { languageShare, notCode, sideLanguage } from './language.ts';
import { brokeHere, framed, mentioned } from './mentioned.ts';
import { phrases } from './phrases.ts';
import { testsBridge } from './tests-bridge.ts';

/** One reason why a file may be meant. Unless it is raw, a signal is divided by its largest value over the files of the query. */
export interface Signal {
  readonly name: string;
  readonly raw?: true;
  /** It looks around the likeliest files, so it comes after the others. */
  readonly around?: true;
  readonly score: (scoring: Scoring) => Float32Array;
}

export const signals = [
  { name: 'code', score: chunks },
  { name: 'codeTitle', score: chunksByTitle },
  { name: 'history', score: historyByTitle },
  { name: 'historyText', score: historyByText },
  { name: 'phrases', score: phrases },
  { name: 'defined', score: defined },
  { name: 'names', score: names },
  { name: 'proseTitle', score: proseByTitle },
  { name: 'path', score: path },
  { name: 'pathTitle', score: pathByTitle },
  { name: 'tests', score: testsBridge },
  { name: 'mentioned', raw: true, score: mentioned },
  { name: 'framed', raw: true, score: framed },
  { name: 'brokeHere', raw: true, score: brokeHere },
  { name: 'language', raw: true, score: languageShare },
  { name: 'sideLanguage', raw: true, score: sideLanguage },
  { name: 'notCode', raw: true, score: notCode },
  { name: 'changed', score: changed },
  { name: 'commits', score: commits },
  { name: 'commitsTitle', score: commitsByTitle },
  { name: 'coverageTitle', raw: true, score: coverageByTitle },
  { name: 'together', around: true, score: changedTogether },
  { name: 'directory', around: true, score: directory },
] as const satisfies readonly Signal[];

export type SignalName = (typeof signals)[number]['name'];
