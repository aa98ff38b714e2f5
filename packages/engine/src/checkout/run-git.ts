import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { parse } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { CheckoutError, cancelled } from '#checkout/checkout-error.ts';
import { gitEnvironment } from '#checkout/git-environment.ts';
import { sharedStarter } from '#processes/index.ts';

export interface GitRun {
  /** Never holds a secret: everybody on the machine can read it. */
  readonly args: readonly string[];
  /** Our own, trusted, bare git directory. */
  readonly gitDir?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  readonly signal?: AbortSignal | undefined;
  readonly onStderr?: (text: string) => void;
  /** Bytes of standard output that are kept; more is a failure. */
  readonly maxOutput?: number;
  /** Bytes of memory it may take, where this system can hold it to that. Without it, as many as it likes. */
  readonly memory?: number;
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Bytes of standard output that are read unless told otherwise. */
const mostRead = 256 * 1024 * 1024;

/** A git that runs. */
export interface GitProcess {
  readonly process: ChildProcess;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when it has ended and all it said was read; never rejects. */
  readonly ended: Promise<GitEnd>;
}

interface GitEnd {
  /** Null when it was ended by a signal, or never started. */
  readonly exitCode: number | null;
  /** Why it could not be started. */
  readonly failure: NodeJS.ErrnoException | null;
}

/**
 * Runs git to its end and returns what it said, whatever its exit code. Another, small process starts it, because the tables of the memory of
 * this one are dear to copy. Throws `cancelled`, `git_missing`, `too_large`.
 */
export async function tryGit(run: GitRun): Promise<GitResult> {
  const { signal, onStderr, input = '', maxOutput = mostRead } = run;
  throwIfAborted(signal);
  const result = await sharedStarter().run({ ...commandOf(run), input, signal, maxOutput, onStderr });
  throwIfAborted(signal);
  if (result.code === 'ENOENT') throw gitMissing();
  if (result.stdout.length > maxOutput) throw tooMuch();
  return { exitCode: result.exitCode ?? 128, stdout: result.stdout, stderr: result.stderr };
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortReason(signal);
}

function tooMuch(): CheckoutError {
  return new CheckoutError('too_large', 'This repository answers with more than Yudai reads.');
}

/** Runs git and returns its standard output; any failure is a `broken_repository` with git's words as detail. */
export async function git(run: GitRun): Promise<Buffer> {
  const result = await tryGit(run);
  if (result.exitCode !== 0) throw gitFailed(run, result);
  return result.stdout;
}

/**
 * Starts git for who reads while it speaks, in a process group of its own, so that `killGroup` reaches its helpers too. With Node's own
 * means, because every process that reads files loads this.
 */
export function startGit(run: GitRun): GitProcess {
  const { program, args, env } = commandOf(run);
  // Outside every repository, so that none is discovered.
  const cwd = parse(process.cwd()).root;
  const detached = process.platform !== 'win32';
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(program, args, {
    cwd,
    env,
    detached,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let failure: Error | null = null;
  child.once('error', (error) => (failure = error));
  const ended = new Promise<GitEnd>((resolve) => {
    child.once('close', (exitCode) => resolve({ exitCode: failure === null ? exitCode : null, failure }));
  });
  return { process: child, stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, ended };
}

function commandOf(run: GitRun): { program: string; args: string[]; env: Record<string, string> } {
  const place = run.gitDir === undefined ? [] : [`--git-dir=${run.gitDir}`];
  const isHeld = run.memory !== undefined && process.platform === 'linux';
  const limited = isHeld ? ['prlimit', `--data=${run.memory}`, '--', 'git'] : ['git'];
  const [program = 'git', ...before] = limited;
  return { program, args: [...before, ...place, ...run.args], env: gitEnvironment(run) };
}

/** Kills git and everything it started. Safe to repeat. */
export function killGroup({ process: child }: GitProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    child.kill('SIGKILL');
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The whole group has ended already.
  }
}

export function gitFailed(run: GitRun, result: { exitCode: number; stderr: string }): CheckoutError {
  const detail = `git ${run.args[0]} ended with ${result.exitCode}: ${result.stderr.trim().slice(-2000)}`;
  if (/No space left on device|Disk quota exceeded/.test(result.stderr)) return diskFull(detail);
  return new CheckoutError('broken_repository', 'Git cannot read this repository; its data is damaged or incomplete.', {
    detail,
  });
}

export function diskFull(detail?: string): CheckoutError {
  return new CheckoutError(
    'disk_full',
    'The disk that holds Yudai’s data is full. Free some space and try again.',
    detail === undefined ? {} : { detail },
  );
}

/** What an aborted signal means: our own error when one was given as the reason, otherwise `cancelled`. */
export function abortReason(signal: AbortSignal): CheckoutError {
  if (signal.reason instanceof CheckoutError) return signal.reason;
  if (signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError') {
    return new CheckoutError('timed_out', 'This took longer than it may.');
  }
  return cancelled();
}

export function gitMissing(cause?: unknown): CheckoutError {
  return new CheckoutError('git_missing', 'Git is not installed, or not in PATH. Install git 2.37 or newer.', {
    cause,
  });
}
