import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Cost {
  /** User and system time of the process and everything it started. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** The largest sum of resident memory that was seen, of the process and everything it started. Linux only, else NaN. */
  readonly peakBytes: number;
  readonly output: string;
}

const sampleMs = 50;

/** Runs a program to its end and says what it cost. Rejects when it fails. */
export function measureProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Cost> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    // The shell waits for everything, so its own account of its children is the whole tree's.
    const child = spawn('sh', ['-c', '"$@"; code=$?; times >&2; exit $code', 'sh', program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
    });
    let output = '';
    let complaints = '';
    let peakBytes = 0;
    child.stdout.on('data', (part: Buffer) => (output += part.toString()));
    child.stderr.on('data', (part: Buffer) => (complaints += part.toString()));
    const sampler = setInterval(() => {
      const now = treeOf(child.pid ?? 0).reduce((sum, pid) => sum + (memoryOf(pid).residentBytes || 0), 0);
      peakBytes = Math.max(peakBytes, now);
    }, sampleMs);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(sampler);
      const wallSeconds = (performance.now() - started) / 1000;
      if (code !== 0) return reject(new Error(`${program} failed (${code}):\n${output}\n${complaints}`));
      resolve({ cpuSeconds: childTimes(complaints), wallSeconds, peakBytes: peakBytes || Number.NaN, output });
    });
  });
}

/** The last line of `times`: user and system time of the children, as `0m1.23s 0m0.45s`. */
function childTimes(complaints: string): number {
  const last = complaints.trimEnd().split('\n').at(-1) ?? '';
  return [...last.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
}

/** Processor seconds that a running process has used so far, with its children that ended. Linux only, else NaN. */
export function cpuSecondsOf(pid: number): number {
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /, '')
    .split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return fields.length < 15 ? Number.NaN : ticks / 100;
}

export interface Memory {
  readonly residentBytes: number;
  /** Resident memory, with what is shared with other processes counted by its share. */
  readonly ownShareBytes: number;
  /** The largest resident memory so far. */
  readonly peakBytes: number;
}

/** The memory of one running process. Linux only, else NaN. */
export function memoryOf(pid: number): Memory {
  const status = read(`/proc/${pid}/status`);
  const field = (text: string, name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN) * 1024;
  return {
    residentBytes: field(status, 'VmRSS'),
    peakBytes: field(status, 'VmHWM'),
    get ownShareBytes() {
      return field(read(`/proc/${pid}/smaps_rollup`), 'Pss');
    },
  };
}

export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}

function treeOf(root: number): number[] {
  const children = safely(() => readdirSync(`/proc/${root}/task`), []).flatMap((task) =>
    read(`/proc/${root}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  );
  return [root, ...children.flatMap(treeOf)];
}

function read(path: string): string {
  return safely(() => readFileSync(path, 'utf8'), '');
}

function safely<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    // Processes end while they are looked at.
    return otherwise;
  }
}
