import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { constants } from 'node:os';
import { join, posix } from 'node:path';
import { openBoxFiles, workTreeInBox } from '#sandbox/box-files.ts';
import type { BoxDisk } from '#sandbox/box/box-disk.ts';
import { type BoxReport, makeBoxReport } from '#sandbox/box/box-report.ts';
import type { BoxUser } from '#sandbox/box/box-users.ts';
import type { BoxPlace, Ending, InBox, Launched, Launcher } from '#sandbox/box/launcher.ts';
import { runTool } from '#sandbox/box/run-tool.ts';
import type { Egress } from '#sandbox/egress/create-egress.ts';
import { createOutputCapture } from '#sandbox/output-capture.ts';
import type { Box, Command, CommandResult, RunOptions } from '#sandbox/sandbox.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

/** All that a box holds, and gives back when it is closed. */
export interface BoxParts extends BoxPlace {
  readonly id: string;
  readonly logFolder: string;
  /** Of all its commands. */
  readonly env: Readonly<Record<string, string>>;
  readonly disk: BoxDisk;
  readonly egress: Egress | null;
  readonly launcher: Launcher;
  /** Keeps boxes of the same folder and id away. */
  readonly release: () => Promise<void>;
}

/** Between two looks at the disk while a command runs. */
const diskEveryMs = 500;

/** The box of these parts, which it owns from now on. */
export function createBox(parts: BoxParts): Box {
  const running = new Set<Promise<unknown>>();
  const closing = new AbortController();
  let closed: Promise<void> | null = null;
  let isHeld = false;
  const run = async (command: Command, options: RunOptions = {}) => {
    if (closed !== null) throw new SandboxError('closed', 'This box is closed.');
    if (isHeld) throw new SandboxError('bad_request', 'Nothing runs while files are handed over or copied.');
    const work = runCommand(parts, command, options, closing.signal);
    running.add(work);
    try {
      return await work;
    } finally {
      running.delete(work);
    }
  };
  const whileIdle = async (what: string, idle: () => Promise<void>) => {
    if (closed !== null) throw new SandboxError('closed', 'This box is closed.');
    if (running.size > 0) throw new SandboxError('bad_request', `${what} while nothing runs.`);
    // Counts as something that runs, so that closing waits for it.
    const work = idle();
    running.add(work);
    isHeld = true;
    try {
      await work;
    } finally {
      isHeld = false;
      running.delete(work);
    }
  };
  const close = () => {
    closed ??= (async () => {
      closing.abort();
      await Promise.allSettled(running);
      await releaseParts(parts);
    })();
    return closed;
  };
  return {
    id: parts.id,
    workTree: parts.workTree,
    egressDecisions: parts.egress?.decisions ?? [],
    run,
    beginning: parts.disk.beginning,
    handOver: () => whileIdle('Files are handed over', () => handOver(parts.workTree, parts.user)),
    snapshot: (file) => whileIdle('Snapshots are taken', () => parts.disk.snapshot(file)),
    close,
    [Symbol.asyncDispose]: close,
    ...openBoxFiles(parts.workTree, parts.user),
  };
}

/** Gives a tree to the user of a box. Nothing may run in it. */
export async function handOver(folder: string, user: BoxUser | null): Promise<void> {
  if (user === null) return;
  // Links themselves and never what they point to; what runs is nothing, so nothing is exchanged meanwhile.
  const owner = `${user.uid}:${user.gid}`;
  const { ok, text } = await runTool('chown', ['--recursive', '--no-dereference', '-P', '--', owner, folder]);
  if (!ok) throw new SandboxError('broken', 'The files could not be given to the box.', { detail: text });
}

/** Gives back whatever there is of a box, the user last: it is free when nothing of it is left. */
export async function releaseParts(
  parts: Partial<Pick<BoxParts, 'launcher' | 'egress' | 'disk' | 'user' | 'release'>>,
): Promise<void> {
  try {
    await parts.launcher?.close();
    await parts.egress?.close();
    await parts.disk?.remove();
  } finally {
    await parts.user?.release();
    await parts.release?.();
  }
}

async function runCommand(
  parts: BoxParts,
  command: Command,
  { signal, onOutput }: RunOptions,
  closing: AbortSignal,
): Promise<CommandResult> {
  const stop = signal === undefined ? closing : AbortSignal.any([signal, closing]);
  if (stop.aborted) throw cancelled();
  const place = await inBoxOf(parts, command);
  const report = command.report === true ? await makeBoxReport(parts.disk.folder, parts.user) : null;
  try {
    return await runReporting(parts, { ...place, reportFolder: report?.folder ?? null }, command, {
      stop,
      onOutput,
      report,
    });
  } finally {
    await report?.remove();
  }
}

interface Watching {
  readonly stop: AbortSignal;
  readonly onOutput: RunOptions['onOutput'] | undefined;
  readonly report: BoxReport | null;
}

async function runReporting(
  parts: BoxParts,
  inBox: InBox,
  command: Command,
  { stop, onOutput, report }: Watching,
): Promise<CommandResult> {
  await mkdir(parts.logFolder, { recursive: true, mode: 0o700 });
  const logPath = join(parts.logFolder, `${randomUUID()}.log`);
  const capture = createOutputCapture(logPath, parts.limits.log);
  const started = performance.now();
  const launched = await parts.launcher.launch({
    inBox,
    stdin: command.stdin,
    stop,
    onOutput(chunk) {
      capture.add(chunk);
      onOutput?.(chunk);
    },
  });
  const watch = await watchOver(launched, { stop, timeoutMs: command.timeoutMs, disk: parts.disk });
  const durationMs = performance.now() - started;
  const output = await capture.finish();
  const collected = await launched.collect?.();
  if (watch.why === 'cancelled') throw cancelled();
  const exitCode = watch.exitCode ?? (watch.why === null ? exitCodeOfNothing(parts, output.text, watch) : null);
  return {
    exitCode,
    signal: signalOf(exitCode) ?? watch.killedBy,
    timedOut: watch.why === 'timed_out',
    outOfMemory: watch.outOfMemory,
    outOfDisk: watch.diskWasFull || collected?.outOfDisk === true,
    durationMs,
    output: output.text,
    outputBytes: output.bytes,
    logPath,
    report: (await report?.read()) ?? null,
  };
}

/** What shells say of a command that never began, or was killed with all around it. Throws `broken` when the box itself failed. */
function exitCodeOfNothing({ launcher }: BoxParts, output: string, { outOfMemory }: Ending): number {
  const exitCode = outOfMemory ? 137 : launcher.exitCodeBy(output);
  if (exitCode === null) throw broken(output);
  return exitCode;
}

interface Watched extends Ending {
  /** Why it was ended from outside; null when it was not. */
  readonly why: 'timed_out' | 'cancelled' | 'disk_full' | null;
  readonly diskWasFull: boolean;
}

/** Stays with a command until nothing of it is left, and ends it when its time is over, its disk is full or nobody wants it. */
async function watchOver(
  launched: Launched,
  { stop, timeoutMs, disk }: { stop: AbortSignal; timeoutMs: number; disk: BoxDisk },
): Promise<Watched> {
  let why: Watched['why'] = null;
  let diskWasFull = false;
  const end = (reason: Exclude<Watched['why'], null>) => {
    why ??= reason;
    launched.kill();
  };
  const lookAtDisk = async () => {
    if (!(await disk.isFull())) return;
    diskWasFull = true;
    // A hard limit answers for itself: the command is told, and may tidy up.
    if (!disk.isHard) end('disk_full');
  };
  let looking: Promise<void> = Promise.resolve();
  let isLooking = false;
  const looks = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    looking = lookAtDisk().finally(() => {
      isLooking = false;
    });
  }, diskEveryMs);
  const late = setTimeout(() => end('timed_out'), timeoutMs);
  const cancel = () => end('cancelled');
  stop.addEventListener('abort', cancel, { once: true });
  if (stop.aborted) cancel();
  try {
    const ending = await launched.ended;
    await looking;
    if (ending.outOfDisk === true) {
      why ??= 'disk_full';
      diskWasFull = true;
    }
    if (disk.isHard) await lookAtDisk();
    return { ...ending, why, diskWasFull };
  } finally {
    clearTimeout(late);
    clearInterval(looks);
    stop.removeEventListener('abort', cancel);
  }
}

async function inBoxOf(parts: BoxParts, command: Command) {
  const cwd = posix.join(workTreeInBox, command.cwd ?? '.');
  if (cwd !== workTreeInBox && !cwd.startsWith(`${workTreeInBox}/`)) {
    throw new SandboxError('bad_request', `${command.cwd} leads out of the work tree.`);
  }
  const found = await openBoxFiles(parts.workTree, parts.user).stat(cwd);
  if (found?.kind !== 'folder') {
    throw new SandboxError('bad_request', `There is no folder ${command.cwd} in the work tree.`);
  }
  const env = { ...parts.env, ...command.env };
  const argv = 'shell' in command ? ['bash', '-c', command.shell] : command.argv;
  if (Object.keys(env).some((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))) {
    throw new SandboxError('bad_request', 'Names of environment variables are letters, digits and _.');
  }
  if ([...argv, ...Object.values(env)].some((text) => text.includes('\0') || text.length > 120_000)) {
    throw new SandboxError(
      'bad_request',
      'A command holds no zero bytes and at most 120,000 characters. Write a file.',
    );
  }
  return { cwd, env, argv, network: command.network === 'allowed' };
}

/** The signal that an exit code above 128 stands for, as shells have it. */
function signalOf(exitCode: number | null): string | null {
  if (exitCode === null || exitCode <= 128) return null;
  const found = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128);
  return found?.[0] ?? null;
}

function cancelled(): SandboxError {
  return new SandboxError('cancelled', 'The command was cancelled.');
}

function broken(detail: string): SandboxError {
  return new SandboxError('broken', 'The box could not be started. “yudai doctor” says what this machine lacks.', {
    detail,
  });
}
