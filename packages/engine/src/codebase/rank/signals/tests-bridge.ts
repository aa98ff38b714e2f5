import { wholeOf } from '../../terms/words.ts';
import { createScoring, type Scoring } from '../scoring.ts';
import { baseOf } from './base-name.ts';

/** A test named after the file is like the text. */
export function testsBridge(scoring: Scoring): Float32Array {
  const { index, query, limit } = scoring;
  const scores = new Float32Array(limit);
  const { offered, all } = index.groups;
  if (offered === all) return scores;
  const everything = limit === all ? scoring : createScoring(index, query, all);
  const tests = everything.bestChunks('boosted');

  const byName = new Map<string, number>();
  for (let test = offered; test < all; test++) {
    const name = testedName(baseOf(index.files[test]));
    if (name !== '') byName.set(name, Math.max(byName.get(name) ?? 0, tests[test] ?? 0));
  }
  for (let file = 0; file < Math.min(limit, offered); file++) {
    const base = wholeOf(baseOf(index.files[file]));
    const parent = wholeOf(index.files[file]?.path.split('/').at(-2) ?? '');
    scores[file] = byName.get(base) ?? byName.get(parent + base) ?? 0;
  }
  return scores;
}

function testedName(base: string): string {
  return wholeOf(
    base.replace(/^(?:tests?|spec)[_-]|[_-](?:tests?|spec)$|^Test(?=[A-Z])|(?:Tests?|Spec|IT|TestCase)$/g, ''),
  );
}
