/** An issue's text without what every issue has, in the parts that weigh differently. */
export interface CleanIssue {
  /** The first line that says something, at most 200 characters. */
  readonly title: string;
  /** All of it, title included. */
  readonly body: string;
  /** Fenced, inline and indented code. */
  readonly code: string;
}

const boilerplate = new RegExp(
  `^[\\W_]*(?:${[
    'issue title|title|summary|describe the (?:bug|issue|problem)|bug (?:report|description|summary)|description|problem(?: description)?|overview',
    '(?:steps )?to reproduce.*|how to reproduce.*|reproduc\\w+.*|repro steps|steps',
    '(?:expected|actual|current|observed|desired) (?:behaviou?r|results?|outcome|output).*|expected|actual|what happened\\??|what did you expect.*|what (?:actually )?happened instead.*|what went wrong.*',
    'additional (?:context|information|info|details)|context|screenshots?|logs?|notes?|environment|your environment|system (?:info|information|details)|versions?(?: info)?|which .* version.*|version information',
    'what version .*|how did you install .*|what operating system .*|what would you like .*to do\\??|what problem does this solve\\??|why would you like .*|if a workaround exists.*|have you considered .*|describe your question.*|operating system.*|os version.*',
    'search|checklist|prerequisites|thank you.*|thanks.*|i (?:have )?searched .*|checked for .*|i agree to .*|are you willing .*|code of conduct',
  ].join('|')})[\\W_]*$`,
  'i',
);
const versionLine = /^\W*[\w .()/+-]{1,40}?(?:\s*[:=@]\s*|\s+)\W*v?\d+(?:\.\d+)+[\w.+-]*(?:\s.{0,40})?$/;
const hexadecimal = /\b(?:0x[0-9a-f]{2,}|(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64})\b/gi;
const uuid = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi;
const longestIssue = 40_000;

/** Takes templates, version lists, addresses and hashes out of an issue, and finds its title and its code. */
export function cleanIssue(text: string): CleanIssue {
  const plain = withoutComments(unfold(text.slice(0, longestIssue)))
    .replaceAll(/!\[[^[\]\n]{0,200}\]\([^)\n]{0,500}\)/g, ' ')
    .replaceAll(/\[([^[\]\n]{0,300})\]\((?:https?:)?[^)\s]{0,500}\)/g, ' $1 ')
    .replaceAll(/\bdata:[\w/+.-]+;base64,\S+/g, ' ')
    .replaceAll(/<\/?(?:details|summary|img|br|b|i|p|pre|code|sub|sup|kbd|a|h\d)\b[^>]*>/gi, ' ')
    .replaceAll(/\b(?:https?|ftp|git|ssh):\/\/[^\s)>\]"']+/g, ' ')
    .replaceAll(uuid, ' ')
    .replaceAll(hexadecimal, ' ');
  const lines = plain.split('\n').filter((line) => !isNoise(line));
  const code = codeOf(lines);
  return { title: titleOf(lines), body: lines.join('\n'), code };
}

// By hand, because a pattern would look for the end of every comment that has none.
function withoutComments(text: string): string {
  let kept = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf('<!--', at);
    const end = start < 0 ? -1 : text.indexOf('-->', start);
    if (end < 0) return kept + text.slice(at);
    kept += `${text.slice(at, start)} `;
    at = end + 3;
  }
}

// Some trackers hand over a whole issue on one line, headings and all.
function unfold(text: string): string {
  const lines = text.replaceAll('\r', '');
  return lines.includes('\n') && !/^.{400,}/.test(lines) ? lines : lines.replaceAll(/\s(#{1,4} )/g, '\n$1');
}

function isNoise(line: string): boolean {
  const bare = line.trim();
  if (bare === '') return false;
  if (/^(?:[-*] )?\[[ xX]\]/.test(bare)) return true;
  return boilerplate.test(bare) || (bare.length < 90 && versionLine.test(bare));
}

function titleOf(lines: readonly string[]): string {
  const first = lines.find((line) => /[\p{L}\p{N}]/u.test(line)) ?? '';
  return first
    .replace(/^[\W_]*(?:issue title|title)\W+/i, '')
    .replace(/^[#\s*>"'-]+/, '')
    .replace(/^\[?(?:bug|feature(?: request)?|enhancement|question|docs?)\]?\s*[:\]-]\s*/i, '')
    .slice(0, 200);
}

function codeOf(lines: readonly string[]): string {
  const code: string[] = [];
  let fence = false;
  for (const line of lines) {
    if (/^\s*(?:```|~~~)/.test(line)) fence = !fence;
    else if (fence || /^(?: {4}|\t)\S/.test(line)) code.push(line);
    else for (const [, inline] of line.matchAll(/`([^`\n]{1,200})`/g)) if (inline !== undefined) code.push(inline);
  }
  return code.join('\n');
}
