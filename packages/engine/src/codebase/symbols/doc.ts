const longestDoc = 300;

/** The first sentence of the comment above a definition, or of a Python docstring at the start of its body; null without one. */
export function docAbove(lines: readonly string[], startLine: number, language: string, body: string): string | null {
  if (language === 'Python') return docString(body);
  const comment: string[] = [];
  for (let at = startLine - 2; at >= 0 && comment.length < 40; at -= 1) {
    const line = (lines[at] ?? '').trim();
    if (comment.length === 0 && isBetween(line)) continue;
    if (!isComment(line, language)) break;
    comment.unshift(line);
    if (line.startsWith('/*')) break;
  }
  // What stands in the head of a file is a licence more often than a description.
  if (
    comment.length === 0 ||
    /copyright|licen[sc]e|eslint|prettier|ts-ignore|@ts-/i.test(comment.join(' ').slice(0, 300))
  )
    return null;
  return firstSentence(comment.map(withoutMarks).join('\n'));
}

/** Decorators, attributes and annotations stand between a comment and what it describes. */
function isBetween(line: string): boolean {
  return /^(?:@\w|#\[|\[\w.*\]$|template\s*<)/.test(line);
}

function isComment(line: string, language: string): boolean {
  if (language === 'Ruby') return line.startsWith('#');
  return /^(?:\/\/|\/\*|\*)/.test(line) || (language === 'PHP' && line.startsWith('#'));
}

function withoutMarks(line: string): string {
  return line
    .replace(/^(?:\/\/[/!]?|\/\*[*!]*|\*+\/|\*|#+)/, '')
    .replace(/\*+\/$/, '')
    .trim();
}

function docString(body: string): string | null {
  const match = /^\s*[rRuUbB]{0,2}("""|'''|"|')([\s\S]*?)(?:\1|$)/.exec(body);
  return match === null ? null : firstSentence(match[2] ?? '');
}

function firstSentence(comment: string): string | null {
  const paragraph =
    comment
      .replaceAll(/<\/?(?:summary|p|remarks|para)>/g, '')
      .trim()
      .split(/\n\s*\n|\n\s*[@:]\w/, 1)[0] ?? '';
  if (/^@\w/.test(paragraph)) return null;
  const text = paragraph.replaceAll(/\s+/g, ' ').trim();
  const end = /^.*?[.!?](?=\s|$)/.exec(text.replaceAll(/\b(e\.g|i\.e|etc|vs)\./g, '$1\u0000'))?.[0] ?? text;
  const sentence = text.slice(0, Math.min(end.length, longestDoc)).trim();
  return sentence === '' ? null : sentence;
}
