import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

/** The encoder takes time by the square of a run without a break, so longer runs are counted in pieces: at most one token more each. */
const longestRun = 128;
const longRuns = new RegExp(`\\S{${longestRun + 1},}|\\s{${longestRun + 1},}`, 'g');

/** Tokens of a text as o200k_base counts them; special tokens in a repository's text are plain text. */
export function tokensOf(text: string): number {
  let total = 0;
  let counted = 0;
  for (const run of text.matchAll(longRuns)) {
    total += count(text.slice(counted, run.index));
    for (let at = 0; at < run[0].length; at += longestRun) total += count(run[0].slice(at, at + longestRun));
    counted = run.index + run[0].length;
  }
  return total + count(text.slice(counted));
}

function count(text: string): number {
  return countTokens(text, { allowedSpecial: new Set(), disallowedSpecial: new Set() });
}
