/** A source of numbers that are always the same for the same seed. */
export interface Random {
  /** A whole number from 0 that is below a limit. */
  below(limit: number): number;
  chance(part: number): boolean;
  oneOf<T>(values: readonly [T, ...T[]]): T;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { below, chance: (part) => next() < part, oneOf: (values) => values[below(values.length)] ?? values[0] };
}

/** A line before it is written in the way of its file. */
export interface PlainLine {
  readonly depth: number;
  readonly text: string;
}

/** A file as it is written: what every line begins and ends with. */
export interface Style {
  readonly path: string;
  readonly unit: string;
  readonly ends: 'lf' | 'crlf' | 'mixed';
  readonly mark: boolean;
  readonly finalNewline: boolean;
}

export interface WrittenLine {
  readonly line: PlainLine;
  readonly text: string;
  readonly end: string;
}

export function styleFor(random: Random): Style {
  const [path, unit] = random.oneOf<readonly [path: string, unit: string]>([
    ['src/queue.ts', '  '],
    ['src/queue.ts', '\t'],
    ['lib/queue.py', '    '],
    ['queue.go', '\t'],
  ]);
  return {
    path,
    unit,
    ends: random.oneOf(['lf', 'lf', 'crlf', 'mixed']),
    mark: random.chance(0.15),
    finalNewline: random.chance(0.8),
  };
}

/** Functions with nested blocks, blank lines and lines that repeat, as in real files; names tell functions apart. */
export function sourceLines(random: Random, path: string): PlainLine[] {
  const isPython = path.endsWith('.py');
  const lines: PlainLine[] = [
    { depth: 0, text: isPython ? '# Jobs, “durable” ones — 任务队列 🚀' : '// Jobs, “durable” ones — 任务队列 🚀' },
  ];
  const functions = 3 + random.below(4);
  for (let at = 0; at < functions; at += 1) {
    const name = `${random.oneOf(['take', 'give', 'drain', 'count', 'merge'])}${random.oneOf(['Job', 'Step', 'Lease', 'Café', 'Größe'])}${at}`;
    lines.push({ depth: 0, text: '' }, ...(isPython ? pythonFunction(random, name) : braceFunction(random, name)));
  }
  return lines;
}

export function writeLines(
  random: Random,
  lines: readonly PlainLine[],
  style: Style,
  blanksAtEnds: boolean,
): WrittenLine[] {
  return lines.map((line, at) => {
    const blanks = blanksAtEnds && random.chance(0.4) ? random.oneOf([' ', '  ', '\t']) : '';
    const end = style.ends === 'mixed' ? random.oneOf(['\n', '\r\n']) : style.ends === 'crlf' ? '\r\n' : '\n';
    const isOpen = at === lines.length - 1 && !style.finalNewline;
    return { line, text: indented(line, style.unit) + blanks, end: isOpen ? '' : end };
  });
}

export function indented({ depth, text }: PlainLine, unit: string): string {
  return text === '' ? '' : unit.repeat(depth) + text;
}

function braceFunction(random: Random, name: string): PlainLine[] {
  const lines: PlainLine[] = [
    { depth: 0, text: `function ${name}(queue, limit) {` },
    { depth: 1, text: `const ${name}Left = queue.left(${random.below(90)}); // it’s “${name}” – kept` },
    { depth: 1, text: `for (const job of queue.of('${name}')) {` },
    { depth: 2, text: `if (job.age > ${random.below(900)}) {` },
    { depth: 3, text: `queue.drop(job, "${name} is late");` },
    { depth: 3, text: 'continue;' },
    { depth: 2, text: '}' },
    { depth: 2, text: `job.start(${name}Left, limit);` },
    { depth: 1, text: '}' },
  ];
  if (random.chance(0.5)) lines.push({ depth: 0, text: '' }, { depth: 1, text: 'queue.flush();' });
  return [...lines, { depth: 1, text: `return ${name}Left;` }, { depth: 0, text: '}' }];
}

function pythonFunction(random: Random, name: string): PlainLine[] {
  const lines: PlainLine[] = [
    { depth: 0, text: `def ${name}(queue, limit):` },
    { depth: 1, text: `left = queue.left("${name}", ${random.below(90)})  # it’s “${name}” – kept` },
    { depth: 1, text: `for job in queue.of('${name}'):` },
    { depth: 2, text: `if job.age > ${random.below(900)}:` },
    { depth: 3, text: `queue.drop(job, "${name} is late")` },
    { depth: 3, text: 'continue' },
    { depth: 2, text: `job.start(left, limit, '${name}')` },
  ];
  if (random.chance(0.5)) lines.push({ depth: 0, text: '' }, { depth: 1, text: 'queue.flush()' });
  return [...lines, { depth: 1, text: `return left  # ${name}` }];
}
