import {
  createRandom,
  indented,
  type PlainLine,
  type Random,
  sourceLines,
  type Style,
  styleFor,
  type WrittenLine,
  writeLines,
} from '#edit/testing/source-texts.ts';

/** An edit as a model might write it, and what is right to do with it. */
export interface EditCase {
  /** What is odd about it. */
  readonly trouble: string;
  readonly path: string;
  readonly before: string;
  readonly find: string;
  readonly replace: string;
  /** What was meant, byte for byte; null when nobody can know, so that it must be refused. */
  readonly intended: string | null;
}

/** Always the same case for the same seed. */
export function malformedEdit(seed: number): EditCase {
  const random = createRandom(seed);
  const troubles = [...Object.keys(recoverable), ...Object.keys(hopeless)];
  const trouble = troubles[seed % troubles.length] ?? '';
  const meant = meantEdit(random, trouble);
  const written = { trouble, path: meant.style.path, before: textOf(meant.file, meant.style) };
  const edit = recoverable[trouble]?.(random, meant);
  if (edit !== undefined) return { ...written, ...edit, intended: intendedText(meant) };
  return { ...written, intended: null, ...(hopeless[trouble]?.(random, meant) ?? { find: '', replace: '' }) };
}

/** A change of neighbouring lines, each of which stays, goes, or is new. */
interface MeantEdit {
  readonly style: Style;
  readonly file: readonly WrittenLine[];
  readonly start: number;
  readonly changes: readonly Change[];
}

interface Change {
  readonly kind: 'keep' | 'remove' | 'add';
  readonly line: PlainLine;
}

interface Written {
  readonly find: string;
  readonly replace: string;
  readonly before?: string;
}

/** How lines of an edit are written when they are not written as the file is. */
type Writer = (line: PlainLine, isNew: boolean, at: number) => string;

const recoverable: Readonly<Record<string, (random: Random, meant: MeantEdit) => Written>> = {
  'nothing odd': (_, meant) => write(meant, asInFile(meant)),
  'line ends of another kind': (_, meant) => {
    const { find, replace } = write(meant, asInFile(meant));
    return meant.style.ends === 'lf' ? { find: withReturns(find), replace: withReturns(replace) } : { find, replace };
  },
  'no blanks at ends, as the file has': (_, meant) => write(meant, (line) => indented(line, meant.style.unit)),
  'blanks at ends that the file has not': (random, meant) => {
    const blanks = random.oneOf([' ', '   ', '\t']);
    return write(meant, (line, isNew) => indented(line, meant.style.unit) + (isNew ? '' : blanks));
  },
  'indented too little': (_, meant) => {
    const least = Math.min(...depthsOf(meant));
    return write(meant, (line) => indented({ ...line, depth: line.depth - least }, meant.style.unit));
  },
  'indented too much': (random, meant) => {
    const more = 1 + random.below(2);
    return write(meant, (line) => indented({ ...line, depth: line.depth + more }, meant.style.unit));
  },
  'indented by other steps': (random, meant) => {
    const unit = meant.style.unit === '\t' ? random.oneOf(['  ', '    ']) : '\t';
    return write(meant, (line) => indented(line, unit));
  },
  'first line trimmed': (_, meant) =>
    write(meant, (line, _isNew, at) => (at === 0 ? line.text : indented(line, meant.style.unit))),
  'plain quotes and dashes': (_, meant) => write(meant, (line) => plainOf(indented(line, meant.style.unit))),
  'plain quotes, indented too much': (_, meant) =>
    write(meant, (line) => plainOf(indented({ ...line, depth: line.depth + 1 }, meant.style.unit))),
  'a line end that the replacement has not': (_, meant) => {
    const { find, replace } = write(meant, asInFile(meant));
    return { find: `${find}\n`, replace };
  },
};

const hopeless: Readonly<Record<string, (random: Random, meant: MeantEdit) => Written>> = {
  'stands twice': (_, meant) => ({ ...write(meant, asInFile(meant)), before: twice(meant, '') }),
  'stands twice, once deeper': (_, meant) => ({
    ...write(meant, (line) => `${indented({ ...line, depth: line.depth + 2 }, meant.style.unit)}   `),
    before: twice(meant, meant.style.unit),
  }),
  'of an older text': (random, meant) => {
    const { find, replace } = write(meant, asInFile(meant));
    const words = find.match(/[a-zA-Z]{4,}\d*/g) ?? [];
    const word = words[random.below(words.length)] ?? 'queue';
    return { find: find.replace(word, `${word}Old`), replace };
  },
  'right but for its last line': (_, meant) => {
    const { find, replace } = write(meant, asInFile(meant));
    return { find: `${find}\nthis.was.never.there();`, replace };
  },
  'right but for its first line': (_, meant) => {
    const { find, replace } = write(meant, asInFile(meant));
    return { find: `this.was.never.there();\n${find}`, replace };
  },
  'a line left out': (_, meant) => {
    const { find, replace } = write(meant, asInFile(meant));
    const lines = find.split('\n');
    return { find: [lines[0], ...lines.slice(2)].join('\n'), replace };
  },
  'only blanks': (random, meant) => ({
    find: random.oneOf([' ', '\n', '\t\n', '']),
    replace: asInFile(meant)(newLine(0), true, 0),
  }),
  'nothing to change': (_, meant) => {
    const { find } = write(meant, asInFile(meant));
    return { find, replace: find };
  },
  'all depths lost': (_, meant) => write(meant, (line) => line.text),
  'a letter without its mark': (random, meant) => {
    const word = random.oneOf(['cafe', 'role', 'naive']);
    return { find: word, replace: 'plain', before: `${textOf(meant.file, meant.style)}\n// ${word}\u0301s\n` };
  },
};

function meantEdit(random: Random, trouble: string): MeantEdit {
  const style = styleFor(random);
  const lines = sourceLines(random, style.path);
  const file = writeLines(random, lines, style, trouble.includes('as the file has') || random.chance(0.2));
  // The second to the fifth line of a function: several depths, and its name, so that they stand once.
  const heads = lines.flatMap(({ text }, at) => (/^(function|def) /.test(text) ? [at] : []));
  const head = heads[random.below(heads.length)] ?? 0;
  const start = head + 1 + random.below(2);
  const old = lines.slice(start, start + 3 + random.below(2));
  return { style, file, start, changes: changesOf(random, old) };
}

/** One line new at its depth or deeper; one that goes or is written anew; the others stay. */
function changesOf(random: Random, old: readonly PlainLine[]): Change[] {
  const target = old.length - 1 - random.below(2);
  const isGone = target < old.length - 1 && random.chance(0.5);
  return old.flatMap((line, at): Change[] => {
    if (at !== target) return [{ kind: 'keep', line }];
    const fresh = {
      depth: line.depth,
      text: line.text.replace('queue.drop(job, ', 'queue.drop(job.id, ').replace('job.age >', 'job.wait >='),
    };
    const after: Change[] = [{ kind: 'add', line: newLine(line.depth) }];
    if (isGone) return [{ kind: 'remove', line }, ...after];
    if (fresh.text === line.text) return [{ kind: 'keep', line }, ...after];
    return [{ kind: 'remove', line }, { kind: 'add', line: fresh }, ...after];
  });
}

function newLine(depth: number): PlainLine {
  return { depth, text: 'audit.note(job, limit)' };
}

function asInFile({ file, start, style, changes }: MeantEdit): Writer {
  const old = changes.filter(({ kind }) => kind !== 'add').map(({ line }) => line);
  return (line, isNew) => (isNew ? indented(line, style.unit) : (file[start + old.indexOf(line)]?.text ?? ''));
}

function write({ changes }: MeantEdit, writer: Writer): { find: string; replace: string } {
  const side = (gone: 'add' | 'remove') =>
    changes
      .filter(({ kind }) => kind !== gone)
      .map(({ kind, line }, at) => writer(line, kind === 'add', at))
      .join('\n');
  return { find: side('add'), replace: side('remove') };
}

/** New lines end like those they stand for, else like the line before them. */
function intendedText({ style, file, start, changes }: MeantEdit): string {
  const written = file.slice(0, start);
  let at = start;
  let removed: string[] = [];
  for (const { kind, line } of changes) {
    const old = file[at];
    if (kind === 'keep' && old !== undefined) {
      written.push(old);
      removed = [];
    } else if (kind === 'remove') removed.push(old?.end ?? '');
    else written.push({ line, text: indented(line, style.unit), end: removed.shift() ?? written.at(-1)?.end ?? '\n' });
    if (kind !== 'add') at += 1;
  }
  return textOf([...written, ...file.slice(at)], style);
}

/** The file with the lines that are looked for a second time at its end. */
function twice({ style, file, start, changes }: MeantEdit, deeper: string): string {
  const height = changes.filter(({ kind }) => kind !== 'add').length;
  const again = file
    .slice(start, start + height)
    .map(({ text, ...rest }) => ({ ...rest, text: text === '' ? '' : deeper + text }));
  const closed = file.map((line) => ({ ...line, end: line.end === '' ? '\n' : line.end }));
  return textOf([...closed, ...again], style);
}

function textOf(lines: readonly WrittenLine[], { mark }: Style): string {
  return (mark ? '\uFEFF' : '') + lines.map(({ text, end }) => text + end).join('');
}

function depthsOf({ changes }: MeantEdit): number[] {
  return changes.filter(({ line }) => line.text !== '').map(({ line }) => line.depth);
}

function plainOf(text: string): string {
  return text.replace(/[“”]/g, '"').replace(/’/g, "'").replace(/[–—]/g, '-');
}

function withReturns(text: string): string {
  return text.replaceAll('\n', '\r\n');
}
