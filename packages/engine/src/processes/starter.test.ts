import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createStarter } from '#processes/index.ts';

const starter = createStarter();
const folder = mkdtempSync(join(tmpdir(), 'yudai-starter-'));
afterAll(async () => {
  await starter[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const env = { PATH: process.env['PATH'] ?? '' };
const node = (code: string) => ({
  program: process.execPath,
  args: ['-e', code],
  env,
  input: '',
  maxOutput: 1_000_000,
});

test('a program is given its input and environment, and what it says and ends with comes back', async () => {
  const code =
    'process.stdin.pipe(process.stdout); process.stderr.write(JSON.stringify(process.env)); process.exitCode = 3';
  const input = Buffer.from([0, 255, 10, 200]);

  const [ended, other] = await Promise.all([
    starter.run({ ...node(code), env: { ONLY: 'this' }, input }),
    starter.run({ ...node('console.log("beside")') }),
  ]);

  expect(ended).toMatchObject({ exitCode: 3, stderr: '{"ONLY":"this"}', code: null });
  expect(ended.stdout).toEqual(input);
  expect(other.stdout.toString()).toBe('beside\n');
});

test('a program that is not there says so, and one that says too much is ended', async () => {
  // A folder that nobody may read would be another reason.
  const nowhere = { ...node(''), env: { PATH: '/usr/bin' }, program: 'no-such-program' };
  expect(await starter.run(nowhere)).toMatchObject({ code: 'ENOENT' });
  const flood = await starter.run({ ...shell('exec yes'), maxOutput: 300_000 });
  expect(flood.exitCode).toBeNull();
  expect(flood.stdout.length).toBeGreaterThan(300_000);
});

test('who gives up ends the program with all that it has started', async () => {
  const stop = new AbortController();
  const file = join(folder, 'given-up');

  const ended = starter.run({ ...shell(`sleep 1000 & echo $! > ${file}; wait`), signal: stop.signal });
  const pid = await pidIn(file);
  stop.abort();

  expect(await ended).toMatchObject({ exitCode: null });
  await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
});

test('no program outlives the process that had it started, also when that is killed', async () => {
  const file = join(folder, 'outlived');
  const code = `import { createStarter } from '${new URL('./index.ts', import.meta.url).href}';
    void createStarter().run(${JSON.stringify(shell(`echo $$ > ${file}; exec sleep 1000`))});`;
  const server = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
  const pid = await pidIn(file);
  expect(isAlive(pid)).toBe(true);

  server.kill('SIGKILL');

  await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
});

test('a process of it that is killed fails what it runs, and the next program has another', async () => {
  const file = join(folder, 'parent');
  const running = starter.run(shell(`echo $PPID > ${file}; exec sleep 1000`));
  const pid = await pidIn(file);

  process.kill(pid, 'SIGKILL');

  await expect(running).rejects.toThrow('has ended');
  expect(await starter.run(node('console.log("again")'))).toMatchObject({ exitCode: 0 });
});

test('a process of it that nobody needs ends by itself, and the next program has another', async () => {
  await using hasty = createStarter(1);
  const file = join(folder, 'idle');

  await hasty.run(shell(`echo $PPID > ${file}`));

  const pid = await pidIn(file);
  await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
  expect(await hasty.run(node('console.log("again")'))).toMatchObject({ exitCode: 0 });
});

test('who gives it up fails what still runs', async () => {
  const given = createStarter();
  const running = given.run(shell('exec sleep 1000'));

  await given[Symbol.asyncDispose]();

  await expect(running).rejects.toThrow('not needed any more');
  expect(await given.run(node('console.log("again")'))).toMatchObject({ exitCode: 0 });
  await given[Symbol.asyncDispose]();
});

test('what a program says on standard error is told while it runs', async () => {
  const said: string[] = [];
  const stop = new AbortController();

  const ended = starter.run({
    ...node(''),
    program: 'sh',
    args: ['-c', 'echo so far >&2; exec sleep 1000'],
    signal: stop.signal,
    onStderr: (text) => {
      said.push(text);
      stop.abort();
    },
  });

  expect(await ended).toMatchObject({ exitCode: null, stderr: 'so far\n' });
  expect(said).toEqual(['so far\n']);
});

function shell(line: string) {
  return { ...node(''), program: 'bash', args: ['-c', line] };
}

async function pidIn(file: string): Promise<number> {
  const read = () => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0);
  await expect.poll(read, { timeout: 20_000 }).toBeGreaterThan(0);
  return read();
}

/** What has ended and is not taken note of yet is not alive. */
function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !readFileSync(stat, 'utf8').includes(') Z ');
}

test('a program can wait for what it is told, and who asks for another one does not wait for it', async () => {
  const { program, args, maxOutput } = shell('cat; exit 4');
  const stop = new AbortController();
  const waiting = starter.start({ program, args, env, maxOutput });
  const given = starter.start({ program, args, env, maxOutput, signal: stop.signal });

  expect((await starter.run(shell('echo beside'))).stdout.toString()).toBe('beside\n');
  waiting.tell('at last');
  stop.abort();

  const ended = await waiting.ended;
  expect([ended.stdout.toString(), ended.exitCode, ended.signal]).toEqual(['at last', 4, null]);
  expect(await given.ended).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
});
