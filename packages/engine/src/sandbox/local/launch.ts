import { type ChildProcess, spawn } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { BoxPipe } from '#sandbox/box/box-pipes.ts';
import { writeInput } from '#sandbox/box/in-box.ts';
import type { BoxPlace, Ending, InBox, Launcher } from '#sandbox/box/launcher.ts';
import { toolPath } from '#sandbox/box/run-tool.ts';
import type { BoxGroup } from '#sandbox/local/box-group.ts';
import { bubblewrapArguments, type BoxPlan } from '#sandbox/local/bubblewrap-arguments.ts';

/** What the commands of a box on this machine have in common. */
export interface LocalPlace extends BoxPlace {
  readonly plan: BoxPlan;
  readonly group: BoxGroup | null;
  /** The program for the kernel, as a file; null where there is none. */
  readonly seccompFile: string | null;
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

/**
 * Launches the commands of one box: groups, then its user, then limits, then bubblewrap. Each becomes the next, so it is one process. Keeps one process
 * waiting for the next command. Owns the group from now on.
 */
export function createLauncher(place: LocalPlace): Launcher {
  let next = startStandby(place);
  // Whoever takes it learns of its failure.
  next.catch(() => {});
  return {
    async launch(request) {
      const waiting = await next.catch(() => null);
      next = startStandby(place);
      next.catch(() => {});
      const standby = waiting === null || hasEnded(waiting.child) ? await startStandby(place) : waiting;
      const killsBefore = (await place.group?.memoryKills()) ?? 0;
      const { boxFolder, user } = place;
      const input = request.stdin === undefined ? null : await writeInput(boxFolder, user, request.stdin);
      const told = [input ?? '/dev/null', ...argumentsOf(place, request.inBox)];
      orders(standby.child)?.end(`${told.join('\0')}\0`);
      const ended = endingOf(standby, request.onOutput, input).then(async (ending) => ({
        ...ending,
        outOfMemory: ((await place.group?.memoryKills()) ?? 0) > killsBefore,
      }));
      return { kill: () => kill(standby.child), ended };
    },
    exitCodeBy(output) {
      const why = /^bwrap: execvp [^\n]*: ([^\n:]+)\n$/.exec(output)?.[1];
      if (why === undefined) return null;
      return why === 'Permission denied' ? 126 : 127;
    },
    async close() {
      const standby = await next.catch(() => null);
      if (standby !== null) {
        kill(standby.child);
        standby.pipe.reader.destroy();
        await standby.closed;
      }
      await place.group?.remove();
    },
  };
}

type Told = Omit<Ending, 'outOfMemory'>;

async function endingOf(standby: Standby, onOutput: (chunk: Buffer) => void, input: string | null): Promise<Told> {
  try {
    return await endOf(standby, onOutput);
  } finally {
    if (input !== null) await rm(input, { force: true });
  }
}

async function startStandby({ group, seccompFile, pipes }: LocalPlace): Promise<Standby> {
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

function argumentsOf({ plan, user, group }: LocalPlace, inBox: InBox): string[] {
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

async function endOf({ child, pipe, closed }: Standby, onOutput: (chunk: Buffer) => void): Promise<Told> {
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
