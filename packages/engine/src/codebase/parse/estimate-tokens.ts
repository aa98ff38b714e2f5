/**
 * Tokens of a text, estimated in one pass at over 100 MB/s, because o200k_base itself would be a third of the indexing time. Fitted on
 * 1,092 files of nine repositories in 15 languages: the total of a repository is within 3 % (worst of the nine), a file within
 * 4.1 % (median) and 11.1 % (90th percentile).
 */
export function estimateTokens(text: string): number {
  const counts = { words: 0, long: 0, punctuation: 0, stretches: 0, breaks: 0, digits: 0, wide: 0 };
  let previous: Kind = 'space';
  let run = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const kind = kindOf(code);
    const startsPart = kind === 'letter' && code <= 90 && previous === 'letter' && text.charCodeAt(at - 1) > 90;
    if (kind !== previous || startsPart) run = 0;
    if (kind === 'letter') {
      if (run === 0) counts.words += 1;
      if ((run + 1) % 7 === 0) counts.long += 1;
    } else if (kind === 'punctuation') {
      counts.punctuation += 1;
      if (run === 0) counts.stretches += 1;
    } else if (kind === 'digit') {
      if (run % 3 === 0) counts.digits += 1;
    } else if (kind === 'break') {
      if (run === 0) counts.breaks += 1;
    } else if (kind === 'wide') counts.wide += 1;
    run += 1;
    previous = kind;
  }
  return Math.round(
    1.015 * counts.words +
      0.273 * counts.long +
      0.087 * counts.punctuation +
      0.741 * counts.stretches +
      0.756 * counts.breaks +
      1.303 * counts.digits +
      0.543 * counts.wide,
  );
}

type Kind = 'letter' | 'digit' | 'space' | 'break' | 'wide' | 'punctuation';

function kindOf(code: number): Kind {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return 'letter';
  if (code >= 48 && code <= 57) return 'digit';
  if (code === 10) return 'break';
  if (code === 32 || code === 9 || code === 13) return 'space';
  return code > 127 ? 'wide' : 'punctuation';
}
