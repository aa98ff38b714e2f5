import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { reportName } from '#sandbox/box/box-report.ts';
import type { BoxPlace, Ending, Launch, Launched, Launcher } from '#sandbox/box/launcher.ts';
import { exitCodeIn, exitCodeOfBubblewrap, limitedBubblewrap } from '#sandbox/local/bubblewrap-arguments.ts';
import type { Hosting } from '#sandbox/remote/hosting.ts';
import { type BoxMachine, openMachine } from '#sandbox/remote/open-machine.ts';
import { kilobytes, receive } from '#sandbox/remote/sync-files.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

/** How long a machine may be silent; it ends commands itself when nobody has asked for 20 seconds. */
const patienceMs = 15_000;
const pollMs = 10_000;
/** After a command was told to end. */
const endMs = 20_000;
const mostReport = 20 * 1024 * 1024;

/** The machine of a box, as long as it answers; after that the next command gets another. */
interface MachineKeeper {
  take(): Promise<BoxMachine>;
  /** Ends it with all that runs on it. */
  drop(machine: BoxMachine): Promise<void>;
}

/** Launches the commands of a box on a machine of its own, which is made for the first of them. Before each it gets what the host has changed. */
export function createRemoteLauncher(hosting: Hosting, place: BoxPlace): Launcher {
  let current: Promise<BoxMachine> | null = null;
  let destroying: Promise<void> = Promise.resolve();
  const destroy = () => {
    current = null;
    // What is left is still noted, for when the box is closed.
    destroying = hosting.destroyAll(place.boxFolder).catch(() => undefined);
    return destroying;
  };
  const keeper: MachineKeeper = {
    take() {
      current ??= destroying
        .then(() => openMachine(hosting, place))
        .catch(async (error: unknown) => {
          await destroy();
          throw error;
        });
      return current;
    },
    async drop(machine) {
      if ((await current?.catch(() => null)) === machine) await destroy();
    },
  };
  return {
    launch: (request) => launch(keeper, request),
    exitCodeBy: exitCodeOfBubblewrap,
    async close() {
      await current?.catch(() => null);
      await destroying;
      await hosting.destroyAll(place.boxFolder);
    },
  };
}

async function launch(keeper: MachineKeeper, request: Launch): Promise<Launched> {
  const machine = await untilStopped(keeper.take(), request.stop);
  try {
    await untilStopped(machine.files.push(), request.stop);
    const id = randomUUID();
    const sent = commandOf(machine, id, request);
    await machine.ask('start', [id, kilobytes(machine.mostBytes)], { sent });
    return follow(keeper, machine, id, request);
  } catch (error) {
    // Nobody knows what it has of the command and of its files: the next begins with another.
    if (!(error instanceof SandboxError) || error.reason !== 'cancelled') await keeper.drop(machine);
    throw error;
  }
}

/** What is under way goes on, for whoever comes next. */
async function untilStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const cancel = () => stopped.reject(new SandboxError('cancelled', 'The command was cancelled.'));
  stop.addEventListener('abort', cancel, { once: true });
  if (stop.aborted) cancel();
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    stop.removeEventListener('abort', cancel);
    work.catch(() => {
      // Heard of by whoever asks for it again.
    });
  }
}

/** A line with the bytes of the arguments and whether there is an input, the arguments, and the input. */
function commandOf(machine: BoxMachine, id: string, { inBox, stdin }: Launch): Buffer {
  const reportFolder = inBox.reportFolder === null ? null : `${machine.base}/commands/${id}/report`;
  const line = limitedBubblewrap(
    machine.plan,
    { ...inBox, reportFolder },
    { byGroup: false, byUser: machine.hasOwnUser },
  );
  const told = Buffer.from(line.map((argument) => `${argument}\0`).join(''));
  const head = Buffer.from(`${told.length} ${stdin === undefined ? 'no' : 'yes'}\n`);
  return Buffer.concat([head, told, Buffer.from(stdin ?? '')]);
}

/** Stays with a command to its end, and then gets its files. */
function follow(keeper: MachineKeeper, machine: BoxMachine, id: string, { inBox, onOutput, stop }: Launch): Launched {
  const killed = new AbortController();
  const lost = async (cause: unknown): Promise<never> => {
    // With the machine goes whatever still runs on it.
    await keeper.drop(machine);
    throw cause instanceof SandboxError ? cause : gone(cause);
  };
  const ended = outputOf(machine, id, { onOutput, killed: killed.signal }).then(
    (told) => endingIn(told),
    async (error: unknown): Promise<Ending> => {
      if (!killed.signal.aborted) return lost(error);
      await keeper.drop(machine);
      return nothing;
    },
  );
  return {
    kill() {
      if (killed.signal.aborted) return;
      killed.abort();
      void machine.ask('end', [id], { withinMs: pollMs }).catch(() => {
        // Who follows it sees whether it has ended, and ends the machine otherwise.
      });
    },
    ended: ended.then((ending) => (ending === 'lost' ? lost(outOfReach()) : ending)),
    async collect() {
      try {
        if (inBox.reportFolder !== null) await getReport(machine, id, inBox.reportFolder);
        void machine.ask('forget', [id]).catch(() => {
          // It goes with the machine.
        });
        return await machine.files.pull();
      } catch (error) {
        if (!stop.aborted) return lost(error);
        // Nobody wants it any more: that is what is said.
        await keeper.drop(machine);
        return { outOfDisk: false };
      }
    },
  };
}

interface Told {
  readonly words: readonly string[];
  readonly exitCode: number | null;
}

/** Hands on what a command writes, as it comes, to its end. Throws when the machine is silent for too long, or cannot end it. */
async function outputOf(
  machine: BoxMachine,
  id: string,
  { onOutput, killed }: { readonly onOutput: Launch['onOutput']; readonly killed: AbortSignal },
): Promise<Told> {
  let place = { part: '0', offset: 0 };
  let heard = performance.now();
  let killedAt: number | null = null;
  for (;;) {
    if (killed.aborted) killedAt ??= performance.now();
    if (killedAt !== null && performance.now() - killedAt > endMs) throw outOfReach();
    try {
      const answer = await machine.ask('poll', [id, place.part, String(place.offset)], { withinMs: pollMs });
      heard = performance.now();
      const polled = polledIn(answer);
      if (polled.bytes.length > 0) onOutput(polled.bytes);
      if (polled.ending !== null) return polled.ending;
      place = { part: polled.part, offset: polled.offset + polled.bytes.length };
    } catch (error) {
      // One answer that is lost can be asked for again.
      if (performance.now() - heard > patienceMs) throw error;
      if (await machine.isGone()) throw gone(error);
      await wait(500);
    }
  }
}

/** `<ended> <part> <offset> <ending>` on a line, and what was written from there on. */
function polledIn(answer: Buffer): {
  readonly part: string;
  readonly offset: number;
  readonly bytes: Buffer;
  readonly ending: Told | null;
} {
  const line = answer.indexOf('\n');
  const [ended, part = '', offset = '', ending = ''] = answer.toString('latin1', 0, Math.max(0, line)).split(' ');
  if (!/^\d{1,9}$/.test(part) || !/^\d{1,12}$/.test(offset)) throw outOfReach();
  return {
    part,
    offset: Number(offset),
    bytes: answer.subarray(line + 1),
    ending: ended === 'yes' ? toldIn(Buffer.from(ending, 'base64').toString('utf8')) : null,
  };
}

function toldIn(text: string): Told {
  const [first = '', ...status] = text.split('\n');
  return { words: first.split(' '), exitCode: exitCodeIn(status.join('\n')) };
}

/** Killed together with all around it. */
const nothing: Ending = { exitCode: null, killedBy: null, outOfMemory: false };

function endingIn({ words, exitCode }: Told): Ending | 'lost' {
  if (words.includes('lost')) return 'lost';
  return { ...nothing, exitCode, outOfDisk: words.includes('full') };
}

async function getReport(machine: BoxMachine, id: string, reportFolder: string): Promise<void> {
  const answer = await machine.ask('report', [id]);
  if (answer.toString('latin1', 0, 4) === 'none') return;
  const draft = join(reportFolder, 'draft');
  try {
    await receive(machine, answer, draft, mostReport, `commands/${id}/outgoing`);
    await rename(draft, join(reportFolder, reportName));
  } finally {
    await rm(draft, { force: true });
  }
}

function gone(cause: unknown): SandboxError {
  const what = 'The machine of this box is gone, and with it what the command has done. The next begins with another.';
  return new SandboxError('broken', what, { cause });
}

function outOfReach(): SandboxError {
  return new SandboxError('broken', 'The machine of this box was out of reach, and what the command has done is lost.');
}
