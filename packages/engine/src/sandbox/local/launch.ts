import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chown, open, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { BoxGroup } from '#sandbox/local/box-group.ts';
import type { BoxPipe, BoxPipes } from '#sandbox/local/box-pipes.ts';
import type { BoxUser } from '#sandbox/local/box-users.ts';
import { bubblewrapArguments, type BoxPlan, type InBox } from '#sandbox/local/bubblewrap-arguments.ts';
import { toolPath } from '#sandbox/local/run-tool.ts';

/** What the commands of one box have in common. */
export interface BoxPlace {
  readonly plan: BoxPlan;
  /** Of the host: where the box keeps what its commands do not see. */
  readonly boxFolder: string;
  readonly pipes: BoxPipes;
  /** Null where this process is nobody who may become another. */
  readonly user: BoxUser | null;
  readonly group: BoxGroup | null;
  /** The program for the kernel, as a file; null where there is none. */
  readonly seccompFile: string | null;
}

export interface Launch {
  readonly inBox: InBox;
  readonly stdin: string | undefined;
  readonly onOutput: (chunk: Buffer) => void;
}

export interface Launched {
  /** Ends all of it at once. Safe to repeat. */
  kill(): void;
  /** Once nothing of it is left. */
  readonly ended: Promise<Ending>;
}

export interface Ending {
  /** What the command itself ended with; null when it was killed together with its box, or never began. */
  readonly exitCode: number | null;
  /** What the programs around it were ended by, if they were. */
  readonly killedBy: NodeJS.Signals | null;
}

/**
 * Closes what this process has inherited and would pass on (what it opens itself it does not), and joins the groups while it still may. Then it
 * waits to be told where its input is and what to become.
 */
const script =
  'for it in /proc/self/fd/*; do it=${it##*/}; if ((it > 5)); then exec {it}>&-; fi; done; ' +
  'for it; do echo $$ > "$it" || exit 97; done; mapfile -d "" -t it <&5; exec 5<&-; ' +
  '((${#it[@]} > 1)) || exit 0; exec < "${it[0]}" && exec "${it[@]:1}"';

/** A process that is in the groups already and waits for its command: joining them takes as long as the rest. */
interface Standby {
  readonly child: ChildProcess;
  readonly pipe: BoxPipe;
  readonly closed: Promise<NodeJS.Signals | null>;
}

export interface Launcher {
  /** Starts one command in the box: groups, then its user, then limits, then bubblewrap. Each becomes the next, so it is one process. */
  launch(request: Launch): Promise<Launched>;
  /** Ends what waits for a command. */
  close(): Promise<void>;
}

/** Launches the commands of one box, and keeps one process waiting for the next. */
export function createLauncher(place: BoxPlace): Launcher {
  let next = startStandby(place);
  // Whoever takes it learns of its failure.
  next.catch(() => {});
  return {
    async launch(request) {
      const waiting = await next.catch(() => null);
      next = startStandby(place);
      next.catch(() => {});
      const standby = waiting === null || hasEnded(waiting.child) ? await startStandby(place) : waiting;
      const input = request.stdin === undefined ? null : await writeInput(place, request.stdin);
      const told = [input ?? '/dev/null', ...argumentsOf(place, request.inBox)];
      orders(standby.child)?.end(`${told.join('\0')}\0`);
      const ended = endingOf(standby, request.onOutput, input);
      return { kill: () => kill(standby.child), ended };
    },
    async close() {
      const standby = await next.catch(() => null);
      if (standby === null) return;
      kill(standby.child);
      standby.pipe.reader.destroy();
      await standby.closed;
    },
  };
}

async function endingOf(standby: Standby, onOutput: (chunk: Buffer) => void, input: string | null): Promise<Ending> {
  try {
    return await endOf(standby, onOutput);
  } finally {
    if (input !== null) await rm(input, { force: true });
  }
}

async function startStandby({ group, seccompFile, pipes }: BoxPlace): Promise<Standby> {
  const pipe = await pipes.take();
  const program = seccompFile === null ? null : await open(seccompFile, 'r');
  try {
    const child = spawn('bash', ['--norc', '--noprofile', '-c', script, 'bash', ...(group?.entrances ?? [])], {
      cwd: '/',
      env: { PATH: toolPath },
      // A session of its own: nothing typed into the terminal of this process reaches it.
      detached: true,
      stdio: ['ignore', pipe.writer.fd, pipe.writer.fd, 'pipe', program?.fd ?? 'ignore', 'pipe'],
    });
    orders(child)?.on('error', () => {
      // It ended before it heard what to do: how it ended says why.
    });
    const closed = new Promise<NodeJS.Signals | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (_code, signal) => resolve(signal));
    });
    closed.catch(() => {});
    return { child, pipe, closed };
  } finally {
    await pipe.writer.close();
    await program?.close();
  }
}

function orders(child: ChildProcess): Writable | null {
  const stream = child.stdio.at(5);
  return stream !== null && stream !== undefined && 'write' in stream ? stream : null;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function argumentsOf({ plan, user, group }: BoxPlace, inBox: InBox): string[] {
  const { limits } = plan;
  const each = [
    `--fsize=${limits.disk}`,
    `--cpu=${limits.cpuSeconds}`,
    `--nofile=${limits.openFiles}`,
    '--core=0',
    '--memlock=8388608',
    '--msgqueue=0',
    // Without a group each process is counted by itself.
    ...(group === null ? [`--data=${limits.memory}`] : []),
  ];
  const together = `--nproc=${limits.processes}`;
  if (user === null) {
    // The processes of a person are counted all together: only inside, where there are others of this box alone, does the limit speak of it.
    const inside = { ...inBox, argv: ['prlimit', together, '--', ...inBox.argv] };
    return ['prlimit', ...each, '--', 'bwrap', ...bubblewrapArguments(plan, inside)];
  }
  const become = ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups', '--no-new-privs'];
  return ['setpriv', ...become, 'prlimit', ...each, together, '--', 'bwrap', ...bubblewrapArguments(plan, inBox)];
}

/** A file that can be opened again as `/dev/stdin`; removed when the command has ended. */
async function writeInput({ boxFolder, user }: BoxPlace, text: string): Promise<string> {
  const path = join(boxFolder, `input-${randomUUID()}`);
  await writeFile(path, text, { mode: 0o600 });
  if (user !== null) await chown(path, user.uid, user.gid);
  return path;
}

async function endOf({ child, pipe, closed }: Standby, onOutput: (chunk: Buffer) => void): Promise<Ending> {
  let status = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    status = (status + chunk.toString('utf8')).slice(-4096);
  });
  pipe.reader.on('data', onOutput);
  // Its end is that of the last process that could write.
  const silent = finished(pipe.reader, { writable: false });
  const [killedBy] = await Promise.all([closed, silent]);
  pipe.giveBack();
  const code = /"exit-code":\s*(\d+)/.exec(status)?.[1];
  return { exitCode: code === undefined ? null : Number(code), killedBy };
}

/** The one process outside the box; those inside go with it, because bubblewrap has the kernel see to that. */
function kill(child: ChildProcess): void {
  child.kill('SIGKILL');
}

/** The signal that an exit code above 128 stands for, as shells have it. */
export function signalOf(exitCode: number | null): string | null {
  if (exitCode === null || exitCode <= 128) return null;
  const found = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128);
  return found?.[0] ?? null;
}
