import { parse } from 'node:path';
import { execa } from 'execa';
import { CheckoutError, cancelled } from '#checkout/checkout-error.ts';
import { gitEnvironment } from '#checkout/git-environment.ts';
import type { Starter } from '#processes/starter.ts';

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
  /** Starts git in place of this process. `onStderr` is not told of such a run. */
  readonly starter?: Starter | undefined;
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Bytes of standard output that are read unless told otherwise. */
const mostRead = 256 * 1024 * 1024;

export type GitProcess = ReturnType<typeof startGit>;

const stderrKept = 64 * 1024;

/** Runs git to its end and returns what it said, whatever its exit code. Throws `cancelled`, `git_missing`, `too_large`. */
export async function tryGit(run: GitRun): Promise<GitResult> {
  if (run.signal?.aborted) throw abortReason(run.signal);
  if (run.starter !== undefined) return startedElsewhere(run.starter, run);
  const git = startGit(run);
  const stop = () => killGroup(git);
  run.signal?.addEventListener('abort', stop, { once: true });
  const chunks: Buffer[] = [];
  let kept = 0;
  let stderr = '';
  git.stdout.on('data', (chunk: Buffer) => {
    kept += chunk.length;
    if (kept > (run.maxOutput ?? mostRead)) stop();
    else chunks.push(chunk);
  });
  git.stderr.on('data', (chunk: Buffer) => {
    const text = chunk.toString('utf8');
    stderr = (stderr + text).slice(-stderrKept);
    run.onStderr?.(text);
  });
  git.stdin.on('error', () => {
    // git ended before it read all of its input: its exit code and words say why.
  });
  git.stdin.end(run.input ?? '');
  try {
    const result = await git;
    if (run.signal?.aborted) throw abortReason(run.signal);
    if (result.code === 'ENOENT') throw gitMissing(result);
    if (kept > (run.maxOutput ?? mostRead)) throw tooMuch();
    return { exitCode: result.exitCode ?? 128, stdout: Buffer.concat(chunks), stderr };
  } finally {
    run.signal?.removeEventListener('abort', stop);
  }
}

async function startedElsewhere(starter: Starter, run: GitRun): Promise<GitResult> {
  const maxOutput = run.maxOutput ?? mostRead;
  const { signal, input = '' } = run;
  const result = await starter.run({ ...commandOf(run), input, signal, maxOutput });
  if (signal?.aborted === true) throw abortReason(signal);
  if (result.code === 'ENOENT') throw gitMissing();
  if (result.stdout.length > maxOutput) throw tooMuch();
  return { exitCode: result.exitCode ?? 128, stdout: result.stdout, stderr: result.stderr };
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

/** Starts git in a process group of its own, so that `killGroup` reaches its helpers too. */
export function startGit(run: GitRun) {
  const { program, args, env } = commandOf(run);
  return execa(program, args, {
    // Outside every repository, so that none is discovered.
    cwd: parse(process.cwd()).root,
    env,
    extendEnv: false,
    detached: process.platform !== 'win32',
    buffer: false,
    encoding: 'buffer',
    reject: false,
    stdin: 'pipe',
    windowsHide: true,
  });
}

function commandOf(run: GitRun): { program: string; args: string[]; env: Record<string, string> } {
  const place = run.gitDir === undefined ? [] : [`--git-dir=${run.gitDir}`];
  const isHeld = run.memory !== undefined && process.platform === 'linux';
  const limited = isHeld ? ['prlimit', `--data=${run.memory}`, '--', 'git'] : ['git'];
  const [program = 'git', ...before] = limited;
  return { program, args: [...before, ...place, ...run.args], env: gitEnvironment(run) };
}

/** Kills git and everything it started. Safe to repeat. */
export function killGroup(git: GitProcess): void {
  if (git.pid === undefined) return;
  if (process.platform === 'win32') {
    git.kill('SIGKILL');
    return;
  }
  try {
    process.kill(-git.pid, 'SIGKILL');
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
