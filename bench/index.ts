// How long indexing a repository takes, beside repomix packing the same files, in one run:
//   node bench/index.ts <git directory or work tree> [rounds]
// Prints medians of wall time, CPU seconds and peak memory, and each peer's time as a ratio of ours.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Measured {
  readonly seconds: number;
  readonly cpu: number;
  readonly megabytes: number;
}

const repomix = '1.18.1';
const [source, rounds = '3'] = process.argv.slice(2);
if (source === undefined) throw new Error('usage: node bench/index.ts <git directory or work tree> [rounds]');

const scratch = mkdtempSync(join(tmpdir(), 'yudai-bench-'));
try {
  await compare(resolve(source), Number(rounds));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function compare(repository: string, times: number): Promise<void> {
  const gitDir = existsSync(join(repository, '.git')) ? join(repository, '.git') : repository;
  const folder = checkOut(gitDir);
  const facts = join(scratch, 'facts');
  const peer = (...options: string[]) => [
    'npx',
    '--yes',
    `repomix@${repomix}`,
    folder,
    '--quiet',
    '--no-security-check',
    '-o',
    join(scratch, 'pack'),
    ...options,
  ];
  const ours = [process.execPath, '--input-type=module', '--eval', ourScript(gitDir, facts)];
  // Brings the package here, so that no round pays for a download.
  await measure(['npx', '--yes', `repomix@${repomix}`, '--version']);

  const results = new Map<string, Measured[]>();
  for (let round = 0; round < times; round += 1) {
    rmSync(facts, { recursive: true, force: true });
    const lines: [string, string[]][] = [
      ['yudai, cold', ours],
      ['yudai, unchanged', ours],
      [`repomix ${repomix}`, peer()],
      [`repomix ${repomix} --compress`, peer('--compress')],
    ];
    for (const [name, command] of lines) results.set(name, [...(results.get(name) ?? []), await measure(command)]);
  }
  print(results, gitDir, times);
}

function checkOut(gitDir: string): string {
  const folder = join(scratch, 'files');
  execFileSync('git', ['clone', '--quiet', '--shared', gitDir, folder]);
  return folder;
}

function ourScript(gitDir: string, facts: string): string {
  const module = JSON.stringify(new URL('../packages/engine/src/codebase/index.ts', import.meta.url).href);
  return `
    // As the product does.
    (await import('node:module')).enableCompileCache();
    const { directoryFactsStore, indexSnapshot } = await import(${module});
    await indexSnapshot({ gitDir: ${JSON.stringify(gitDir)}, tree: 'HEAD', store: directoryFactsStore(${JSON.stringify(facts)}) });`;
}

/** Runs a command under GNU time, which counts its children too; their memory is added up where the system tells. */
function measure([program = '', ...args]: readonly string[]): Promise<Measured> {
  return new Promise((done, failed) => {
    const child = spawn('/usr/bin/time', ['-f', '%e %U %S %M', program, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let peak = 0;
    const sampling = setInterval(() => {
      peak = Math.max(peak, kilobytesOf(child.pid));
    }, 250);
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.on('error', failed);
    child.on('close', (code) => {
      clearInterval(sampling);
      const [seconds = 0, user = 0, system = 0, largest = 0] = (text.trim().split('\n').at(-1) ?? '')
        .split(' ')
        .map(Number);
      if (code !== 0) return failed(new Error(`${program} ended with ${code}: ${text.slice(-500)}`));
      done({ seconds, cpu: user + system, megabytes: Math.max(peak, largest) / 1024 });
    });
  });
}

/** Memory of a process and all below it, shared pages counted once (Linux; elsewhere 0). */
function kilobytesOf(root: number | undefined): number {
  if (root === undefined || !existsSync('/proc')) return 0;
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => [Number(pid), Number(/\) \S (\d+)/.exec(readProc(pid, 'stat'))?.[1])]),
  );
  const isBelow = (pid: number | undefined): boolean =>
    pid === root || (pid !== undefined && isBelow(parents.get(pid)));
  return [...parents.keys()]
    .filter(isBelow)
    .reduce((sum, pid) => sum + Number(/^Pss:\s+(\d+)/m.exec(readProc(String(pid), 'smaps_rollup'))?.[1] ?? 0), 0);
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}

function print(results: ReadonlyMap<string, readonly Measured[]>, gitDir: string, times: number): void {
  const commit = execFileSync('git', ['--git-dir', gitDir, 'rev-parse', '--short=12', 'HEAD'], {
    encoding: 'utf8',
  }).trim();
  const files = execFileSync('git', ['--git-dir', gitDir, 'ls-tree', '-r', '--name-only', 'HEAD'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  console.log(
    `${new Date().toISOString().slice(0, 10)}, node ${process.version}, ${availableParallelism()} cores, medians of ${times}`,
  );
  console.log(`${files.split('\n').length - 1} files at ${commit}\n`);
  console.log('| | wall s | CPU s | peak MB | wall ÷ ours | CPU ÷ ours |\n|---|---|---|---|---|---|');
  const rows = [...results].map(([name, list]) => ({
    name,
    seconds: median(list, 'seconds'),
    cpu: median(list, 'cpu'),
    megabytes: median(list, 'megabytes'),
  }));
  for (const { name, seconds, cpu, megabytes } of rows) {
    const [wall, work] = [seconds / (rows[0]?.seconds ?? 1), cpu / (rows[0]?.cpu ?? 1)];
    console.log(
      `| ${name} | ${seconds.toFixed(2)} | ${cpu.toFixed(2)} | ${megabytes.toFixed(0)} | ${wall.toFixed(2)} | ${work.toFixed(2)} |`,
    );
  }
}

function median(list: readonly Measured[], key: keyof Measured): number {
  return list.map((measured) => measured[key]).toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
}
