import { setTimeout as wait } from 'node:timers/promises';
import type { Container, ContainerCreateOptions, default as Docker, DockerVersion } from 'dockerode';
import { SandboxError } from '#sandbox/sandbox-error.ts';

export interface DockerOptions {
  /** What boxes are made of: an image with bash and what projects need. It has to be there: nothing is pulled. */
  readonly image: string;
  /** The socket of the daemon, on this machine: a path, or `unix://` and a path as in `DOCKER_HOST`. */
  readonly host?: string | null;
}

/** What is known of an image. */
export interface BoxImage {
  readonly id: string;
  /** `NAME=value`, as it was built. */
  readonly env: readonly string[];
  /** Folders of its own that containers may write to, unless they are covered. */
  readonly volumes: readonly string[];
}

export interface DaemonFacts {
  /** Such as `Docker 20.10.24`. */
  readonly name: string;
  /** It reads the list of refused calls from a file, where Docker takes its text. */
  readonly isPodman: boolean;
  readonly system: string;
  readonly cgroupVersion: '1' | '2';
  readonly hasSeccomp: boolean;
  /** Which limits it says it cannot hold to. */
  readonly withoutLimits: readonly ('memory' | 'processes' | 'processors')[];
}

export interface ContainerEnd {
  readonly exitCode: number;
  readonly outOfMemory: boolean;
}

export interface DockerDaemon {
  facts(): Promise<DaemonFacts>;
  image(): Promise<BoxImage>;
  /** A container that runs. Throws `broken` when it could not be started; then there is none. */
  start(options: ContainerCreateOptions): Promise<Container>;
  /** Waits for its end. */
  endOf(container: Container): Promise<ContainerEnd>;
  remove(container: Container): Promise<void>;
  /** Ends and removes all that have this label. */
  removeLabelled(label: string): Promise<void>;
}

const standardSocket = '/var/run/docker.sock';
const patienceMs = 60_000;
const lookEveryMs = 2000;
/** Longer than any command may take. */
const longestMs = 24 * 60 * 60_000;

/** The daemon at a socket of this machine. All of it throws SandboxError: `unusable` where there is none or it has no such image, `broken`. */
export function openDaemon({ image, host }: DockerOptions): DockerDaemon {
  let opened: Promise<Docker> | undefined;
  let facts: Promise<DaemonFacts> | undefined;
  const ask = async <T>(question: (docker: Docker, signal: AbortSignal) => Promise<T>, withinMs = patienceMs) => {
    const socket = socketOf(host ?? null);
    try {
      opened ??= openClient(socket);
      const signal = AbortSignal.timeout(withinMs);
      return await Promise.race([question(await opened, signal), overdue(signal)]);
    } catch (error) {
      throw error instanceof SandboxError ? error : inWords(error, { socket, image });
    }
  };
  return {
    facts() {
      facts ??= ask(factsOf);
      // Whoever asks again finds a daemon that was started meanwhile.
      facts.catch(() => {
        facts = undefined;
      });
      return facts;
    },
    image: () =>
      ask(async (docker) => {
        const { Id, Config } = await docker.getImage(image).inspect();
        return { id: Id, env: Config.Env ?? [], volumes: Object.keys(Config.Volumes ?? {}) };
      }),
    start: (options) =>
      ask(async (docker, abortSignal) => {
        const container = await docker.createContainer({ ...options, abortSignal });
        try {
          await container.start({ abortSignal });
          return container;
        } catch (error) {
          await container.remove({ force: true, v: true }).catch(() => {
            // What the caller has to know is why it did not start; `removeLabelled` finds it again.
          });
          throw error;
        }
      }),
    endOf: (container) =>
      ask(async () => {
        const waited = new AbortController();
        await Promise.race([container.wait(), lookedAt(container, waited.signal)]).finally(() => waited.abort());
        const { State } = await container.inspect();
        return { exitCode: State.ExitCode, outOfMemory: State.OOMKilled };
      }, longestMs),
    remove: (container) => ask(() => removed(container)),
    removeLabelled: (label) =>
      ask(async (docker, abortSignal) => {
        const found = await docker.listContainers({ all: true, filters: { label: [label] }, abortSignal });
        await Promise.all(found.map(({ Id }) => removed(docker.getContainer(Id))));
      }),
  };
}

/**
 * Ends when the container has, and fails when nobody answers: an answer of Docker that breaks off in its middle, as that of a wait does when the daemon
 * dies, is never told by its client.
 */
async function lookedAt(container: Container, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await wait(lookEveryMs, undefined, { signal }).catch(() => {
      // It has ended.
    });
    if (signal.aborted || !(await container.inspect()).State.Running) return;
  }
}

function overdue(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('It did not answer in time.')), { once: true });
  });
}

function socketOf(host: string | null): string {
  if (host === null || host === '') return standardSocket;
  if (host.startsWith('unix://')) return host.slice('unix://'.length);
  if (host.startsWith('/')) return host;
  throw new SandboxError(
    'unusable',
    `Boxes share folders and sockets with Docker, so it has to be on this machine, and DOCKER_HOST is ${host}. Name a socket: unix:///var/run/docker.sock.`,
  );
}

/** Only when it is needed: it takes a fifth of a second, and most installations have no use for it. */
async function openClient(socketPath: string): Promise<Docker> {
  const { default: Client } = await import('dockerode');
  return new Client({ socketPath });
}

async function factsOf(docker: Docker): Promise<DaemonFacts> {
  const version: DockerVersion = await docker.version();
  const info = readInfo(await docker.info());
  const isPodman = (version.Components ?? []).some(({ Name }) => Name.startsWith('Podman'));
  const can = { memory: info['MemoryLimit'], processes: info['PidsLimit'], processors: info['CpuCfsQuota'] };
  const options = Array.isArray(info['SecurityOptions']) ? info['SecurityOptions'] : [];
  return {
    name: `${isPodman ? 'Podman' : 'Docker'} ${version.Version}`,
    isPodman,
    system: typeof info['OSType'] === 'string' ? info['OSType'] : 'unknown',
    cgroupVersion: info['CgroupVersion'] === '2' ? '2' : '1',
    hasSeccomp: options.some((option) => String(option).startsWith('name=seccomp')),
    withoutLimits: (['memory', 'processes', 'processors'] as const).filter((limit) => can[limit] === false),
  };
}

function readInfo(info: unknown): Readonly<Record<string, unknown>> {
  return typeof info === 'object' && info !== null ? { ...info } : {};
}

async function removed(container: Container): Promise<void> {
  await container.remove({ force: true, v: true }).catch(async (error: unknown) => {
    // Gone, or on its way, because somebody else removes it.
    if (statusOf(error) === 404) return;
    if (statusOf(error) !== 409) throw error;
    await container.wait({ condition: 'removed' }).catch((gone: unknown) => {
      if (statusOf(gone) !== 404) throw gone;
    });
  });
}

function inWords(error: unknown, { socket, image }: { socket: string; image: string }): SandboxError {
  const detail = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    const what = `No Docker answers at ${socket}.`;
    return new SandboxError(
      'unusable',
      `${what} Start it (systemctl start docker), or name its socket in DOCKER_HOST.`,
      {
        detail,
      },
    );
  }
  if (code === 'EACCES') {
    return new SandboxError(
      'unusable',
      `This process may not use ${socket}. Add its user to the group of the socket (docker), which makes it as mighty as root.`,
      { detail },
    );
  }
  if (statusOf(error) === 404 && /no such image|image not known/i.test(detail)) {
    return new SandboxError('unusable', `There is no image ${image} on this machine. Run “docker pull ${image}”.`, {
      detail,
    });
  }
  return new SandboxError('broken', 'Docker did not do what a box needs. “yudai doctor” says what it lacks.', {
    detail,
    cause: error,
  });
}

function statusOf(error: unknown): unknown {
  return error instanceof Error && 'statusCode' in error ? error.statusCode : null;
}
