import { createHash, randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { ContainerCreateOptions, HostConfig, MountSettings } from 'dockerode';
import { bridged, environmentOf, etcFiles, homeInBox, reportsInBox, socketInBox } from '#sandbox/box/in-box.ts';
import type { BoxPlace, InBox } from '#sandbox/box/launcher.ts';
import { workTreeInBox } from '#sandbox/box-files.ts';
import type { BoxImage } from '#sandbox/docker/docker-daemon.ts';
import type { BoxLimits } from '#sandbox/limits.ts';

/** What the containers of one box have in common. */
export interface ContainerPlan extends Pick<
  BoxPlace,
  'boxFolder' | 'workTree' | 'home' | 'egressSocket' | 'mounts' | 'path' | 'limits' | 'user'
> {
  readonly image: BoxImage;
  /** Holds passwd, group, hosts, nsswitch.conf and resolv.conf as the box sees them. */
  readonly etc: string;
  readonly uid: number;
  readonly gid: number;
  /** What the daemon takes for the list of refused calls: its text, or a file with it. */
  readonly seccomp: string;
  /** A pipe that is open as long as the process which keeps the box lives. */
  readonly leash: string;
}

/** The pipes of one command, as paths of the host; `input` is null where there is none. */
export interface ContainerPipes {
  readonly input: string | null;
  readonly output: string;
}

const pipesInBox = '/run/command';
const period = 100_000;

/**
 * The first process of a container: it opens what the command reads and writes, and waits for its end, with which the kernel ends everything else. As the
 * first it takes no signal it does not know, and takes in what others leave; a command could do neither. When the process that keeps the box dies, it ends
 * the command.
 */
const keeper =
  `{ read -r it < ${pipesInBox}/leash; kill -KILL -1; } < /dev/null > /dev/null 2>&1 &\n` +
  `( cd "$1" && shift && exec env -i "$@" ) < "$0" > ${pipesInBox}/output 2>&1\n` +
  'exit $?';

/** All that Docker is told of the container of one command. Whatever is not named here is the image's, and cannot be written to. */
export function containerOptions(plan: ContainerPlan, inBox: InBox, pipes: ContainerPipes): ContainerCreateOptions {
  const withNetwork = inBox.network && plan.egressSocket !== null;
  const input = pipes.input === null ? '/dev/null' : `${pipesInBox}/input`;
  const argv = withNetwork ? bridged(inBox.argv) : inBox.argv;
  return {
    name: `yudai-${randomUUID()}`,
    Image: plan.image.id,
    Labels: Object.fromEntries([boxLabel(plan.boxFolder).split('=')]),
    Entrypoint: ['/bin/sh', '-c', keeper],
    Cmd: [input, inBox.cwd, ...variablesOf(plan, inBox, withNetwork), ...argv],
    User: `${plan.uid}:${plan.gid}`,
    WorkingDir: '/',
    Hostname: 'box',
    // Some daemons hand on their own.
    Env: ['http_proxy', 'https_proxy', 'ftp_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [
      `${name}=`,
      `${name.toUpperCase()}=`,
    ]),
    Healthcheck: { Test: ['NONE'] },
    HostConfig: hostConfig(plan, inBox, pipes, withNetwork),
  };
}

function hostConfig(
  plan: ContainerPlan,
  inBox: InBox,
  pipes: ContainerPipes,
  withNetwork: boolean,
): HostConfig & { readonly CgroupnsMode: 'private' } {
  const { limits, image } = plan;
  return {
    NetworkMode: 'none',
    IpcMode: 'private',
    CgroupnsMode: 'private',
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges', `seccomp=${plan.seccomp}`],
    Memory: limits.memory,
    MemorySwap: limits.memory,
    PidsLimit: limits.processes,
    CpuPeriod: period,
    CpuQuota: Math.round(limits.processors * period),
    Ulimits: ulimits(plan),
    ShmSize: limits.temporary,
    Tmpfs: foldersInMemory(limits, image),
    Mounts: mountsOf(plan, inBox, pipes, withNetwork),
    LogConfig: { Type: 'none', Config: {} },
    RestartPolicy: { Name: 'no' },
  };
}

/** By what the containers of a box are known, also to a process that did not start them. */
export function boxLabel(boxFolder: string): string {
  return `yudai.box=${createHash('sha256').update(resolve(boxFolder)).digest('hex').slice(0, 32)}`;
}

/** Those of the image, and over them what every box has; for `env`. */
function variablesOf({ image, path }: ContainerPlan, inBox: InBox, withNetwork: boolean): string[] {
  const own = Object.fromEntries(
    image.env.flatMap((line): [string, string][] => {
      const at = line.indexOf('=');
      return at <= 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
  const programs = own['PATH'] ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const variables = { ...own, ...environmentOf(inBox, [...path, programs], withNetwork) };
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

function ulimits({ limits, user }: ContainerPlan) {
  const most: Readonly<Record<string, number>> = {
    fsize: limits.disk,
    cpu: limits.cpuSeconds,
    nofile: limits.openFiles,
    core: 0,
    memlock: 8_388_608,
    msgqueue: 0,
    // The processes of a person are counted all together, those outside of boxes too.
    ...(user === null ? {} : { nproc: limits.processes }),
  };
  return Object.entries(most).map(([Name, value]) => ({ Name, Soft: value, Hard: value }));
}

/** What may be written to, with a limit, and what hides something: of the kernel, or of the image, which may have places for everybody to write to. */
function foldersInMemory({ temporary }: BoxLimits, image: BoxImage): Record<string, string> {
  const empty = 'rw,nosuid,nodev,noexec,size=64k,mode=755';
  return {
    ...Object.fromEntries(image.volumes.map((folder) => [folder, empty])),
    '/tmp': `rw,nosuid,nodev,exec,size=${temporary},mode=1777`,
    '/var/tmp': empty,
    '/run': empty,
    '/sys': empty,
    '/sys/fs/cgroup': empty,
  };
}

function mountsOf(
  plan: ContainerPlan,
  { reportFolder }: InBox,
  { input, output }: ContainerPipes,
  withNetwork: boolean,
): MountSettings[] {
  return [
    etcFiles.map((name) => bind(join(plan.etc, name), `/etc/${name}`, true)),
    plan.mounts.map(({ from, at }) => bind(from, at, true)),
    bind(plan.leash, `${pipesInBox}/leash`, true),
    bind(output, `${pipesInBox}/output`, false),
    input === null ? [] : bind(input, `${pipesInBox}/input`, true),
    withNetwork && plan.egressSocket !== null ? bind(plan.egressSocket, socketInBox, true) : [],
    reportFolder === null ? [] : bind(reportFolder, reportsInBox, false),
    bind(plan.home, homeInBox, false),
    bind(plan.workTree, workTreeInBox, false),
  ].flat();
}

function bind(Source: string, Target: string, ReadOnly: boolean): MountSettings {
  return { Type: 'bind', Source, Target, ReadOnly, BindOptions: { Propagation: 'rprivate' } };
}
