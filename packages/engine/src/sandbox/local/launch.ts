import { rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { Ended, Started, Starter } from '#processes/index.ts';
import type { BoxPipe } from '#sandbox/box/box-pipes.ts';
import { writeInput } from '#sandbox/box/in-box.ts';
import type { BoxPlace, Ending, InBox, Launcher } from '#sandbox/box/launcher.ts';
import { toolPath } from '#sandbox/box/run-tool.ts';
import type { BoxGroup } from '#sandbox/local/box-group.ts';
import {
  type BoxPlan,
  exitCodeIn,
  exitCodeOfBubblewrap,
  limitedBubblewrap,
} from '#sandbox/local/bubblewrap-arguments.ts';

/** What the commands of a box on this machine have in common. */
export interface LocalPlace extends BoxPlace {
  readonly plan: BoxPlan;
  readonly group: BoxGroup | null;
  /** The program for the kernel, as a file; null where there is none. */
  readonly seccompFile: string | null;
  /** Starts what becomes the commands. */
  readonly starter: Starter;
}

/**
 * Told where the output goes and where the program for the kernel is, it makes what it was started with descriptor 3, where bubblewrap says how the command
 * ended, closes what it has inherited and would pass on, and joins the groups while it still may. Then it waits to be told where its input is and what to become.
 */
const script =
  'exec 3>&1 4< "$2" > "$1" 2>&1; shift 2; ' +
  'for it in /proc/self/fd/*; do it=${it##*/}; if ((it > 4)); then exec {it}>&-; fi; done; ' +
  'for it; do echo $$ > "$it" || exit 97; done; mapfile -d "" -t it; ' +
  '((${#it[@]} > 1)) || exit 0; exec < "${it[0]}" && exec "${it[@]:1}"';

/** Bubblewrap says little. */
const mostStatus = 64 * 1024;

/** A process that is in the groups already and waits for its command: joining them takes as long as the rest. */
interface Standby {
  readonly started: Started;
  readonly pipe: BoxPipe;
  readonly kill: () => void;
  readonly hasEnded: () => boolean;
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
      const standby = waiting === null || waiting.hasEnded() ? await startStandby(place) : waiting;
      const killsBefore = (await place.group?.memoryKills()) ?? 0;
      const { boxFolder, user } = place;
      const input = request.stdin === undefined ? null : await writeInput(boxFolder, user, request.stdin);
      const told = [input ?? '/dev/null', ...argumentsOf(place, request.inBox)];
      standby.started.tell(`${told.join('\0')}\0`);
      const ended = endingOf(standby, request.onOutput, input).then(async (ending) => ({
        ...ending,
        outOfMemory: ((await place.group?.memoryKills()) ?? 0) > killsBefore,
      }));
      return { kill: standby.kill, ended };
    },
    exitCodeBy: exitCodeOfBubblewrap,
    async close() {
      const standby = await next.catch(() => null);
      if (standby !== null) {
        standby.kill();
        await standby.started.ended.catch(() => {
          // The process below which it was has ended, and it too.
        });
        await standby.pipe.writer.close();
        standby.pipe.reader.destroy();
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

async function startStandby({ group, seccompFile, pipes, starter }: LocalPlace): Promise<Standby> {
  const pipe = await pipes.take();
  const stop = new AbortController();
  const places = [pipe.path, seccompFile ?? '/dev/null', ...(group?.entrances ?? [])];
  const started = starter.start({
    program: 'bash',
    args: ['--norc', '--noprofile', '-c', script, 'bash', ...places],
    env: { PATH: toolPath },
    maxOutput: mostStatus,
    signal: stop.signal,
  });
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  started.ended.then(over, over);
  return { started, pipe, kill: () => stop.abort(), hasEnded: () => isOver };
}

function argumentsOf({ plan, user, group }: LocalPlace, inBox: InBox): string[] {
  const command = limitedBubblewrap(plan, inBox, { byGroup: group !== null, byUser: user !== null });
  if (user === null) return command;
  const become = ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups', '--no-new-privs'];
  return ['setpriv', ...become, ...command];
}

async function endOf({ started, pipe }: Standby, onOutput: (chunk: Buffer) => void): Promise<Told> {
  pipe.reader.on('data', onOutput);
  const silent = finished(pipe.reader, { writable: false });
  silent.catch(() => {});
  const { stdout, signal } = await endedAlone(started, pipe);
  await silent;
  pipe.giveBack();
  return { exitCode: exitCodeIn(stdout.toString('utf8').slice(-4096)), killedBy: signal };
}

/** Our own end of the pipe is held until the command has ended, so that there is no end of it before the command has opened it. */
async function endedAlone({ ended }: Started, { writer }: BoxPipe): Promise<Ended> {
  try {
    return await ended;
  } finally {
    await writer.close();
  }
}
