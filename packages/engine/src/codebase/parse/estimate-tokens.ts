/**
 * Tokens of a text, estimated in one pass at over 100 MB/s, because o200k_base itself would be a third of the indexing time. Fitted on
 * 1,092 files of nine repositories in 15 languages: the total of a repository is within 3 % (worst of the nine), a file within
 * 4.1 % (median) and 11.1 % (90th percentile).
 */
export function estimateTokens(text: string): number {
  // Not one object: its fields would be written once for every unit of a repository.
  let [words, long, marks, stretches, breaks, digits, wides] = [0, 0, 0, 0, 0, 0, 0];
  let previous = space;
  let previousCode = 0;
  let run = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const kind = code > 127 ? wide : (kinds[code] ?? space);
    if (kind !== previous || (kind === letter && code <= 90 && previousCode > 90)) run = 0;
    if (kind === letter) {
      if (run === 0) words += 1;
      if ((run + 1) % 7 === 0) long += 1;
    } else if (kind === mark) {
      marks += 1;
      if (run === 0) stretches += 1;
    } else if (kind === digit) {
      if (run % 3 === 0) digits += 1;
    } else if (kind === lineEnd) {
      if (run === 0) breaks += 1;
    } else if (kind === wide) wides += 1;
    run += 1;
    previous = kind;
    previousCode = code;
  }
  return Math.round(
    1.015 * words + 0.273 * long + 0.087 * marks + 0.741 * stretches + 0.756 * breaks + 1.303 * digits + 0.543 * wides,
  );
}

const [space, lineEnd, letter, digit, mark, wide] = [0, 1, 2, 3, 4, 5];
const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return letter;
  if (code >= 48 && code <= 57) return digit;
  if (code === 10) return lineEnd;
  return code === 32 || code === 9 || code === 13 ? space : mark;
});
