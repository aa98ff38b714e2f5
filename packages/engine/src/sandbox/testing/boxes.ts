import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, onTestFinished } from 'vitest';
import { createLocalSandbox } from '#sandbox/local/local-sandbox.ts';
import type { Box, BoxRequest, Sandbox, SandboxCheck } from '#sandbox/sandbox.ts';

export const megabyte = 1024 * 1024;

/** Small, so that reaching one takes no time. */
const smallLimits = { memory: 256 * megabyte, processes: 64, disk: 64 * megabyte, temporary: 16 * megabyte };

/** A folder that users of boxes can pass through, which is removed when the test ends. */
export async function openTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'yudai-box-'));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Users for the boxes of tests alone, apart from those of a Yudai that runs on the same machine. */
const users = { first: 21_000, count: 16 };

/** A sandbox with a folder of its own. */
export async function openTestSandbox(): Promise<{ sandbox: Sandbox; folder: string; logFolder: string }> {
  const folder = await openTemporaryFolder();
  return {
    sandbox: createLocalSandbox({ folder: join(folder, 'boxes'), users }),
    folder,
    logFolder: join(folder, 'logs'),
  };
}

/** A box that is closed when the test ends. */
export async function openTestBox(request: Partial<BoxRequest> = {}): Promise<Box> {
  const { sandbox, logFolder } = await openTestSandbox();
  const box = await sandbox.prepare({
    id: 'box',
    logFolder,
    ...request,
    limits: { ...smallLimits, ...request.limits },
  });
  onTestFinished(() => box.close());
  return box;
}

let found: Promise<SandboxCheck> | null = null;

/** Skips a test where no box can be made, and says why: the kernel of this machine may refuse it. The tools are there under CI. */
export async function needBoxes(context: TestContext): Promise<SandboxCheck> {
  found ??= openTestSandbox().then(({ sandbox }) => sandbox.check());
  const check = await found;
  if (check.usable) return check;
  const why = check.problems.map(({ what, todo }) => `${what} ${todo}`).join('\n');
  context.skip(why);
  return check;
}

export const isRoot = process.getuid?.() === 0;
