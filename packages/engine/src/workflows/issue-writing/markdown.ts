import type { IssueDocument } from '@yudai/contract';
import { readEvidence, writeEvidence } from '#workflows/issue-writing/evidence-line.ts';
import { normaliseDocument } from '#workflows/issue-writing/normalise.ts';

type Section = Exclude<keyof IssueDocument, 'title'>;

/** The sections in their order, with the heading that is written and those that are read as well. */
const sections: readonly { readonly key: Section; readonly headings: readonly [string, ...string[]] }[] = [
  { key: 'problem', headings: ['Problem', 'Description', 'Describe the bug'] },
  { key: 'evidence', headings: ['Evidence'] },
  { key: 'current', headings: ['Current behaviour', 'Current behavior', 'Actual behaviour', 'Actual behavior'] },
  { key: 'wanted', headings: ['Wanted behaviour', 'Wanted behavior', 'Expected behaviour', 'Expected behavior'] },
  { key: 'criteria', headings: ['Acceptance criteria'] },
  { key: 'files', headings: ['Affected files'] },
  { key: 'outOfScope', headings: ['Out of scope'] },
  { key: 'risks', headings: ['Risks'] },
  { key: 'notes', headings: ['Notes'] },
];
const keys = new Map(sections.flatMap(({ key, headings }) => headings.map((words) => [words.toLowerCase(), key])));

/** A section by any of its headings. */
export function sectionNamed(heading: string): Section | undefined {
  return keys.get(heading.trim().toLowerCase());
}

/** What GitHub shows below the title. `parseIssue` reads it back: parse(render(x)) is x, for every normalised x. */
export function renderBody(document: IssueDocument): string {
  const normal = normaliseDocument(document);
  return sections
    .map(({ key, headings: [heading] }) => [heading, textOf(normal, key)] as const)
    .filter(([, text]) => text !== '')
    .map(([heading, text]) => `## ${heading}\n\n${text}`)
    .join('\n\n');
}

/** The whole issue, with its title as the first heading. */
export function renderIssue(document: IssueDocument): string {
  return `# ${normaliseDocument(document).title}\n\n${renderBody(document)}`.trim();
}

function textOf(document: IssueDocument, key: Section): string {
  switch (key) {
    case 'problem':
    case 'current':
    case 'wanted':
    case 'notes':
      return escapeHeadings(document[key]);
    case 'evidence':
      return toList(document.evidence.map(writeEvidence));
    case 'criteria':
      return document.criteria.map(writeCriterion).join('\n');
    case 'files':
      return toList(document.files.map(writeFile));
    case 'outOfScope':
    case 'risks':
      return toList(document[key]);
  }
}

function toList(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

const checkWords = { test: 'Test', command: 'Command', observation: 'Observation' } as const;

function writeCriterion({ id, text, check }: IssueDocument['criteria'][number]): string {
  const how = check === null ? '' : `\n  - ${checkWords[check.kind]}: ${check.how}`;
  return `- [ ] **${id}** ${text}${how}`;
}

function writeFile({ path, symbol, confidence, why }: IssueDocument['files'][number]): string {
  const name = symbol === null ? '' : ` (\`${symbol}\`)`;
  return `\`${path}\`${name} ${Math.round(confidence * 100)}%${why === '' ? '' : `: ${why}`}`;
}

/** Prose may hold a line that would begin a section: it gets a backslash, which Markdown does not show. */
function escapeHeadings(text: string): string {
  return mapHeadings(text, (slashes, heading) => `\\${slashes}${heading}`);
}

function unescapeHeadings(text: string): string {
  return mapHeadings(text, (slashes, heading) => `${slashes.slice(1)}${heading}`);
}

function mapHeadings(text: string, change: (slashes: string, heading: string) => string): string {
  return text
    .split('\n')
    .map((line) => {
      const [, slashes = '', heading = '', words = ''] = /^(\\*)(## (.+))$/.exec(line) ?? [];
      return sectionNamed(words) === undefined ? line : change(slashes, heading);
    })
    .join('\n');
}

/**
 * Reads an issue from Markdown as people edit it: sections in any order, known by their headings. What stands under headings that are none
 * of ours stays with the text before it, or goes to the notes after a list. Never throws; without a title the one given stays.
 */
export function parseIssue(markdown: string, title: string): IssueDocument {
  const lines = markdown.replaceAll(/\r\n?/g, '\n').trim().split('\n');
  const [, written] = /^# (.+)$/.exec(lines[0] ?? '') ?? [];
  const texts = splitSections(written === undefined ? lines : lines.slice(1));
  const proseOf = (key: Section) => unescapeHeadings((texts.get(key) ?? []).join('\n').trim());
  const itemsOf = (key: Section) => readItems(texts.get(key) ?? []);
  const plain = (key: Section) => itemsOf(key).map(({ text }) => text);
  return normaliseDocument({
    title: written ?? title,
    problem: proseOf('problem'),
    evidence: plain('evidence').map(readEvidence),
    current: proseOf('current'),
    wanted: proseOf('wanted'),
    criteria: readCriteria(itemsOf('criteria')),
    files: plain('files').map(readFile),
    outOfScope: plain('outOfScope'),
    risks: plain('risks'),
    notes: proseOf('notes'),
  });
}

const proseSections: readonly Section[] = ['problem', 'current', 'wanted', 'notes'];

function splitSections(lines: readonly string[]): Map<Section, string[]> {
  const texts = new Map<Section, string[]>();
  let key: Section = 'problem';
  const add = (line: string) => texts.set(key, [...(texts.get(key) ?? []), line]);
  for (const line of lines) {
    const [, words] = /^## (.+)$/.exec(line) ?? [];
    const known = words === undefined ? undefined : sectionNamed(words);
    if (known !== undefined) {
      key = known;
      // A section that comes twice goes on with a line of its own.
      if (texts.has(key)) add('');
      continue;
    }
    if (words !== undefined && !proseSections.includes(key)) {
      key = 'notes';
      if (texts.has(key)) add('');
    }
    add(line);
  }
  return texts;
}

interface Item {
  text: string;
  /** Items of the list inside it. */
  readonly inner: string[];
}

function readItems(lines: readonly string[]): Item[] {
  const items: Item[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const [, indent = '', text] = /^(\s*)[-*] (.*)$/.exec(line) ?? [];
    const last = items.at(-1);
    if (text === undefined && last !== undefined) join(last, line);
    else if (indent.length >= 2 && last !== undefined) last.inner.push(text ?? '');
    else items.push({ text: (text ?? line).trim(), inner: [] });
  }
  return items;
}

/** A line without a mark of its own goes on with what stands before it. */
function join(item: Item, line: string): void {
  const place = item.inner.length - 1;
  if (place >= 0) item.inner[place] = `${item.inner[place] ?? ''} ${line.trim()}`;
  else item.text = `${item.text} ${line.trim()}`;
}

function readCriteria(items: readonly Item[]): IssueDocument['criteria'] {
  const taken = new Set<string>();
  const read = items.map(({ text, inner }) => {
    const [, id, rest] = /^(?:\[[ xX]?\] ?)?(?:\*\*([A-Za-z0-9_-]{1,20})\*\*(?= |$))?(.*)$/.exec(text) ?? [];
    return { id, text: (rest ?? text).trim(), check: readCheck(inner) };
  });
  for (const { id } of read) if (id !== undefined) taken.add(id);
  const seen = new Set<string>();
  return read
    .filter(({ text }) => text !== '')
    .map(({ id, ...rest }) => {
      const own = id === undefined || seen.has(id) ? freeId(taken) : id;
      seen.add(own);
      return { id: own, ...rest };
    });
}

function freeId(taken: Set<string>): string {
  for (let number = 1; ; number += 1) {
    const id = `AC${number}`;
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}

function readCheck(inner: readonly string[]): IssueDocument['criteria'][number]['check'] {
  for (const text of inner) {
    const [, word = '', how = ''] = /^(test|command|observation): ?(.*)$/i.exec(text) ?? [];
    const kind = (['test', 'command', 'observation'] as const).find((it) => it === word.toLowerCase());
    if (kind !== undefined && how.trim() !== '') return { kind, how: how.trim() };
  }
  return null;
}

function readFile(text: string): IssueDocument['files'][number] {
  const ours = /^`([^`]+)`(?: \(`([^`]+)`\))?(?: (\d{1,3}) ?%)?(?:: (.*)|)$/.exec(text);
  if (ours === null) {
    // As somebody writes it who does not know our way.
    const [, path = text, why = ''] = /^`?([^\s`:]+)`?:?\s*(.*)$/.exec(text) ?? [];
    return { path, symbol: null, confidence: 1, why };
  }
  const [, path = '', symbol = null, percent, why = ''] = ours;
  const confidence = percent === undefined ? 1 : Math.min(Number(percent), 100) / 100;
  return { path, symbol, confidence, why };
}
