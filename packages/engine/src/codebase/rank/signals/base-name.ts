import { termsOfName, wholeOf } from '../../terms/words.ts';
import type { IndexedFile } from '../rank-index.ts';
import type { Scoring } from '../scoring.ts';

// Names that a framework or a language gives to many files: the directory is what tells them apart.
const generic = new Set([
  'index',
  'init',
  'main',
  'mod',
  'lib',
  'page',
  'route',
  'layout',
  'packageinfo',
  'types',
  'utils',
  'util',
  'base',
]);

/** 1 when the text has the file's name as a word, 0.6 when it has all parts of a name of several. */
export function baseName({ index: { files }, query, limit }: Scoring): Float32Array {
  const scores = new Float32Array(limit);
  for (let file = 0; file < limit; file++) {
    const name = baseOf(files[file]);
    const whole = wholeOf(name);
    if (whole.length < 3 || generic.has(whole)) continue;
    if (query.words.has(whole)) scores[file] = 1;
    else {
      const { stems } = termsOfName(name);
      if (stems.length > 0 && stems.every((stem) => query.stems.has(stem))) scores[file] = stems.length > 1 ? 0.6 : 0.5;
    }
  }
  return scores;
}

export function baseOf(file: IndexedFile | undefined): string {
  const name = file?.path.slice(file.path.lastIndexOf('/') + 1) ?? '';
  const dot = name.indexOf('.', 1);
  return dot < 0 ? name : name.slice(0, dot);
}
