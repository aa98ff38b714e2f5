import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findDirectoryHolder, lockDirectory } from './directory-lock.ts';

// The embedded database only: only it has a directory to lock.

const program = fileURLToPath(new URL('./test-processes/hold-directory.ts', import.meta.url));
let directory: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'yudai-lock-')), 'data');
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  await rm(join(directory, '..'), { recursive: true, force: true });
});

test('a directory that another process holds is refused in words that name it and its address', async () => {
  const { child } = await holder('http://127.0.0.1:4747');

  await expect(lockDirectory(directory)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(new RegExp(`in use by process ${child.pid}.*http://127\\.0\\.0\\.1:4747`)),
  });
  expect(await findDirectoryHolder(directory)).toMatchObject({ pid: child.pid, url: 'http://127.0.0.1:4747' });
});

test('kill -9 frees the directory at once, and nobody is said to hold it', async () => {
  const { child } = await holder('http://127.0.0.1:4747');
  await kill(child);

  expect(await findDirectoryHolder(directory)).toBeNull();
  const lock = await lockDirectory(directory);
  expect(await findDirectoryHolder(directory)).toMatchObject({ pid: process.pid, url: null });
  await lock.release();
  expect(await findDirectoryHolder(directory)).toBeNull();
});

test('of processes that start at the same instant exactly one gets the directory', async () => {
  const answers = await Promise.all(Array.from({ length: 4 }, () => holder('')));

  expect(answers.filter(({ said }) => said === 'held')).toHaveLength(1);
  for (const { said } of answers) expect(said).toMatch(/^held$|is in use by/);
});

test('one process cannot take a directory twice', async () => {
  const lock = await lockDirectory(directory);

  await expect(lockDirectory(directory)).rejects.toMatchObject({ code: 'conflict' });
  await lock.release();
  await (await lockDirectory(directory)).release();
});

async function holder(url: string): Promise<{ child: ChildProcess; said: unknown }> {
  const child = fork(program, [directory, url], { execArgv: [] });
  children.push(child);
  const [said] = await once(child, 'message');
  return { child, said };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
