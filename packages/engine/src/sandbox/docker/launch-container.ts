import { constants } from 'node:fs';
import { type FileHandle, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Container } from 'dockerode';
import { writeEtc, writeInput } from '#sandbox/box/in-box.ts';
import type { BoxPlace, Ending, Launch, Launched, Launcher } from '#sandbox/box/launcher.ts';
import { runTool } from '#sandbox/box/run-tool.ts';
import { type ContainerPlan, containerOptions } from '#sandbox/docker/container-options.ts';
import { containerSeccomp } from '#sandbox/docker/container-seccomp.ts';
import type { ContainerEnd, DockerDaemon } from '#sandbox/docker/docker-daemon.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

/** What shells say of a program that was ended by SIGKILL. */
const killed = 137;

/**
 * Launches each command of a box in a container of its own: what was not there before is not there afterwards, and what a command may reach is decided for
 * it alone. Throws `unusable`, `broken`.
 */
export async function createContainerLauncher(daemon: DockerDaemon, place: BoxPlace): Promise<Launcher> {
  const [plan, leash] = [await planOf(daemon, place), await openLeash(place.boxFolder)];
  const removals = new Set<Promise<void>>();
  return {
    launch: (request) => launch(daemon, place, plan, request, removals),
    // A command that never began has an exit code too, of `env`.
    exitCodeBy: () => null,
    async close() {
      await Promise.allSettled(removals);
      await leash.close();
    },
  };
}

async function planOf(daemon: DockerDaemon, place: BoxPlace): Promise<ContainerPlan> {
  const { isPodman } = await daemon.facts();
  const image = await daemon.image();
  const { uid, gid } = place.user ?? ownIds();
  const refused = containerSeccomp();
  const seccompFile = join(place.boxFolder, 'seccomp.json');
  await writeFile(seccompFile, refused);
  return {
    ...place,
    image,
    uid,
    gid,
    etc: await writeEtc(place.boxFolder, { uid, gid }),
    seccomp: isPodman ? seccompFile : refused,
    leash: leashOf(place.boxFolder),
  };
}

function ownIds(): { uid: number; gid: number } {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  if (uid === undefined || gid === undefined) throw new SandboxError('unusable', 'Boxes of this machine need Linux.');
  return { uid, gid };
}

function leashOf(boxFolder: string): string {
  return join(boxFolder, 'leash');
}

/** Nobody writes to it. The kernel closes it when this process dies, however it does. */
async function openLeash(boxFolder: string): Promise<FileHandle> {
  const path = leashOf(boxFolder);
  await rm(path, { force: true });
  const { ok, text } = await runTool('mkfifo', ['-m', '644', path]);
  if (!ok) throw new SandboxError('broken', 'A pipe to the box could not be made.', { detail: text });
  // For both, so that opening it waits for nobody.
  return open(path, constants.O_RDWR);
}

async function launch(
  daemon: DockerDaemon,
  { boxFolder, user, pipes }: BoxPlace,
  plan: ContainerPlan,
  { inBox, stdin, onOutput }: Launch,
  removals: Set<Promise<void>>,
): Promise<Launched> {
  const input = stdin === undefined ? null : await writeInput(boxFolder, user, stdin);
  const pipe = await pipes.take();
  pipe.reader.on('data', onOutput);
  const silent = finished(pipe.reader, { writable: false });
  const tidy = async (hasEnded: boolean) => {
    // Held until now, so that there is no end before the command has opened it.
    await pipe.writer.close();
    if (hasEnded) {
      await silent;
      pipe.giveBack();
    } else {
      // Nobody tells when: it may hold the pipe until the box is closed, and the leash with it.
      silent.catch(() => {});
      pipe.reader.destroy();
    }
    if (input !== null) await rm(input, { force: true });
  };
  try {
    const container = await daemon.start(containerOptions(plan, inBox, { input, output: pipe.path }));
    let isKilled = false;
    const ended = endingOf(daemon, container, tidy, removals).then((ending) =>
      isKilled && ending.exitCode === killed ? { ...ending, exitCode: null } : ending,
    );
    const kill = () => {
      isKilled = true;
      container.kill({ signal: 'SIGKILL' }).catch(() => {
        // It has ended by itself.
      });
    };
    return { kill, ended };
  } catch (error) {
    await tidy(false);
    throw error;
  }
}

async function endingOf(
  daemon: DockerDaemon,
  container: Container,
  tidy: (hasEnded: boolean) => Promise<void>,
  removals: Set<Promise<void>>,
): Promise<Ending> {
  let end: ContainerEnd | null = null;
  try {
    end = await daemon.endOf(container);
    return { ...end, killedBy: null };
  } finally {
    // Its processes are gone; what the daemon still keeps of it nobody has to wait for.
    const removal = daemon.remove(container).catch(() => {
      // Whoever takes the box over, or discards it, looks for what is left.
    });
    removals.add(removal);
    void removal.finally(() => removals.delete(removal));
    await tidy(end !== null);
  }
}
