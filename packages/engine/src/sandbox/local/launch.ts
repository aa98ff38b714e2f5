import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { type FileHandle, chown, open, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { BoxGroup } from '#sandbox/local/box-group.ts';
import type { BoxPipe, BoxPipes } from '#sandbox/local/box-pipes.ts';
import type { BoxUser } from '#sandbox/local/box-users.ts';
import { bubblewrapArguments, type BoxPlan, type InBox } from '#sandbox/local/bubblewrap-arguments.ts';
import { toolPath } from '#sandbox/local/run-tool.ts';

export interface Launch {
  readonly plan: BoxPlan;
  readonly inBox: InBox;
  /** Of the host: where the box keeps what its commands do not see. */
  readonly boxFolder: string;
  readonly pipes: BoxPipes;
  /** Null where this process is nobody who may become another. */
  readonly user: BoxUser | null;
  readonly group: BoxGroup | null;
  /** The program for the kernel, as a file; null where there is none. */
  readonly seccompFile: string | null;
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
 * Closes what this process has inherited and would pass on (what it opens itself it does not), joins the groups while it still may, and becomes
 * what follows.
 */
const script =
  'for it in /proc/self/fd/*; do it=${it##*/}; if ((it > 4)); then exec {it}>&-; fi; done; ' +
  'while [ "$1" != -- ]; do echo $$ > "$1" || exit 97; shift; done; shift; exec "$@"';

/** Starts one command in the box: groups, then its user, then limits, then bubblewrap. Each becomes the next, so it is one process. */
export async function launch(request: Launch): Promise<Launched> {
  const { group, seccompFile, onOutput } = request;
  const pipe = await request.pipes.take();
  const files: FileHandle[] = [pipe.writer];
  try {
    const program = seccompFile === null ? null : await opened(files, open(seccompFile, 'r'));
    const input = request.stdin === undefined ? null : await opened(files, inputOf(request, request.stdin));
    const child = spawn(
      'bash',
      ['--norc', '--noprofile', '-c', script, 'bash', ...(group?.entrances ?? []), '--', ...argumentsOf(request)],
      {
        cwd: '/',
        env: { PATH: toolPath },
        // A session of its own: nothing typed into the terminal of this process reaches it.
        detached: true,
        stdio: [input?.fd ?? 'ignore', pipe.writer.fd, pipe.writer.fd, 'pipe', program?.fd ?? 'ignore'],
      },
    );
    return { kill: () => kill(child), ended: endOf(child, pipe, onOutput) };
  } finally {
    for (const file of files) await file.close();
  }
}

function argumentsOf({ plan, inBox, user, group }: Launch): string[] {
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

async function opened(files: FileHandle[], opening: Promise<FileHandle>): Promise<FileHandle> {
  const file = await opening;
  files.push(file);
  return file;
}

/** A file without a name, which can be opened again as `/dev/stdin`. */
async function inputOf({ boxFolder, user }: Launch, text: string): Promise<FileHandle> {
  const path = join(boxFolder, `input-${randomUUID()}`);
  try {
    await writeFile(path, text, { mode: 0o600 });
    if (user !== null) await chown(path, user.uid, user.gid);
    return await open(path, 'r');
  } finally {
    await rm(path, { force: true });
  }
}

async function endOf(child: ChildProcess, pipe: BoxPipe, onOutput: (chunk: Buffer) => void): Promise<Ending> {
  let status = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    status = (status + chunk.toString('utf8')).slice(-4096);
  });
  pipe.reader.on('data', onOutput);
  // Its end is that of the last process that could write.
  const silent = finished(pipe.reader, { writable: false });
  const closed = new Promise<NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (_code, signal) => resolve(signal));
  });
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
