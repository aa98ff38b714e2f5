import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type TestContext, onTestFinished } from 'vitest';
import type { BoxLimits } from '#sandbox/limits.ts';
import type { Box, BoxRequest, Sandbox, SandboxCheck } from '#sandbox/sandbox.ts';
import { createTestSandbox, image } from '#sandbox/testing/test-sandbox.ts';

export const megabyte = 1024 * 1024;

/** Small, so that reaching one takes no time. */
export const smallLimits = { memory: 256 * megabyte, processes: 64, disk: 64 * megabyte, temporary: 16 * megabyte };

/** A folder that users of boxes can pass through, which is removed when the test ends. */
export async function openTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'yudai-box-'));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A sandbox with a folder of its own. */
export async function openTestSandbox(): Promise<{ sandbox: Sandbox; folder: string; logFolder: string }> {
  const folder = await openTemporaryFolder();
  return {
    sandbox: createTestSandbox(join(folder, 'boxes')),
    folder,
    logFolder: join(folder, 'logs'),
  };
}

/** A box that is closed when the test ends. */
export async function openTestBox(
  request: Partial<BoxRequest> = {},
  place: Promise<{ readonly sandbox: Sandbox; readonly logFolder: string }> = openTestSandbox(),
): Promise<Box> {
  const { sandbox, logFolder } = await place;
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

/**
 * Skips a test where no box can be made, and says why: the kernel of this machine may refuse it. The tools are there under CI. Who names an image wants
 * them to run.
 */
export async function needBoxes(context: TestContext): Promise<SandboxCheck> {
  found ??= openTestSandbox().then(({ sandbox }) => sandbox.check());
  const check = await found;
  if (check.usable) return check;
  const why = check.problems.map(({ what, todo }) => `${what} ${todo}`).join('\n');
  if (image !== '') throw new Error(why);
  context.skip(why);
  return check;
}

export const isRoot = process.getuid?.() === 0;

/**
 * Has a process of its own open a box in the folder of a test sandbox, run a command in it, and die without a word: when it has ended, or as soon as it
 * says something.
 */
export async function leaveBehind(how: {
  readonly folder: string;
  readonly id: string;
  readonly limits: Partial<BoxLimits>;
  readonly shell?: string;
  readonly from?: string;
  /** On a machine of a provider, whatever the run is about. */
  readonly onMachines?: boolean;
}): Promise<void> {
  const { folder, shell = 'true', onMachines = false, ...request } = how;
  const text = JSON.stringify({
    folder: join(folder, 'boxes'),
    request: { ...request, logFolder: join(folder, 'logs') },
    command: { shell, timeoutMs: 60_000 },
  });
  const script = `
    import { createMachinesSandbox, createTestSandbox } from '#sandbox/testing/test-sandbox.ts';
    const open = ${onMachines} ? createMachinesSandbox : createTestSandbox;
    const { folder, request, command } = ${text};
    const box = await open(folder, { first: 21_200, count: 4 }).prepare(request);
    await box.run(command, { onOutput: () => process.kill(process.pid, 'SIGKILL') });
    process.kill(process.pid, 'SIGKILL');
  `;
  const cwd = join(import.meta.dirname, '..', '..', '..');
  const { signal, stderr } = await execa(process.execPath, ['--input-type=module', '--eval', script], {
    cwd,
    reject: false,
  });
  if (signal !== 'SIGKILL') throw new Error(`the process ended by itself: ${stderr}`);
}

/** Whether the machine has a process with such a command line, in a box or outside. */
export async function runs(pattern: string): Promise<boolean> {
  const { exitCode } = await execa('pgrep', ['-f', pattern], { reject: false });
  return exitCode === 0;
}
