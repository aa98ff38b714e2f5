import { join } from 'node:path';
import { bridged, environmentOf, etcFiles, homeInBox, reportsInBox, socketInBox } from '#sandbox/box/in-box.ts';
import type { BoxPlace, InBox } from '#sandbox/box/launcher.ts';
import { workTreeInBox } from '#sandbox/box-files.ts';

/** What a box is made of, on the host. */
export interface BoxPlan extends Pick<BoxPlace, 'workTree' | 'home' | 'egressSocket' | 'mounts' | 'path' | 'limits'> {
  /** Holds passwd, group, hosts, nsswitch.conf and resolv.conf as the box sees them. */
  readonly etc: string;
  /** Whether the processor's calls are known, so that the program on descriptor 4 is loaded. */
  readonly hasSeccomp: boolean;
  /** What makes the system that is seen around the folders of the box. */
  readonly system: readonly string[];
  /** Where programs of it are. */
  readonly systemPath: readonly string[];
  /** Commands that may use the network use the machine's own, and no proxy. */
  readonly sharesNetwork?: boolean;
}

/** Who commands are in a box, whoever they are outside. */
export const idsInBox = { uid: 1000, gid: 1000 };

/** Descriptors that bubblewrap is started with. */
const statusDescriptor = 3;
const seccompDescriptor = 4;

export const localSystemPath = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin'];

/** Every argument of bubblewrap for one command. Whatever is not named here is not there. */
export function bubblewrapArguments(plan: BoxPlan, inBox: InBox): string[] {
  const { cwd, argv, reportFolder } = inBox;
  const withNetwork = inBox.network && plan.egressSocket !== null;
  const ofMachine = inBox.network && plan.sharesNetwork === true;
  const variables = environmentOf(inBox, [...plan.path, ...plan.systemPath], withNetwork);
  return [
    ['--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent', '--new-session'],
    ['--uid', String(idsInBox.uid), '--gid', String(idsInBox.gid), '--hostname', 'box', '--clearenv'],
    ['--json-status-fd', String(statusDescriptor)],
    plan.hasSeccomp ? ['--seccomp', String(seccompDescriptor)] : [],
    Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value]),
    ofMachine ? ['--share-net'] : [],
    plan.system,
    etcFiles.flatMap((name) =>
      // Names are looked up as the machine does it, where its network is used.
      ofMachine && !['passwd', 'group'].includes(name)
        ? ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]
        : ['--ro-bind', join(plan.etc, name), `/etc/${name}`],
    ),
    plan.mounts.flatMap(({ from, at }) => ['--ro-bind', from, at]),
    // Settings of the box's own namespaces would be its to change.
    ['--proc', '/proc', '--ro-bind', '/proc/sys', '/proc/sys', '--dev', '/dev', '--dir', '/run'],
    inMemory('/tmp', plan.limits.temporary),
    inMemory('/dev/shm', plan.limits.temporary),
    withNetwork && plan.egressSocket !== null ? ['--ro-bind', plan.egressSocket, socketInBox] : [],
    reportFolder === null ? [] : ['--bind', reportFolder, reportsInBox],
    ['--bind', plan.home, homeInBox, '--bind', plan.workTree, workTreeInBox],
    // What is left of the two in memory that bubblewrap makes itself, without a limit of their own.
    ['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', cwd, '--'],
    withNetwork ? bridged(argv) : argv,
  ].flat();
}

/** Of this machine: nothing that anybody has put beside it. */
export const localSystem = [
  ['--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin', '--symlink', 'usr/sbin', '/sbin'],
  ['--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64'],
  ['ld.so.cache', 'ssl', 'pki', 'ca-certificates', 'alternatives', 'localtime', 'mime.types'].flatMap((name) => [
    '--ro-bind-try',
    `/etc/${name}`,
    `/etc/${name}`,
  ]),
].flat();

function inMemory(folder: string, bytes: number): string[] {
  return ['--perms', '1777', '--size', String(bytes), '--tmpfs', folder];
}

/** What holds each process of a command, or all of them, to its limits, and bubblewrap. `limited` says who counts them already. */
export function limitedBubblewrap(
  plan: BoxPlan,
  inBox: InBox,
  limited: { readonly byGroup: boolean; readonly byUser: boolean },
): string[] {
  const { limits } = plan;
  const each = [
    `--fsize=${limits.disk}`,
    `--cpu=${limits.cpuSeconds}`,
    `--nofile=${limits.openFiles}`,
    '--core=0',
    '--memlock=8388608',
    '--msgqueue=0',
    // Without a group each process is counted by itself.
    ...(limited.byGroup ? [] : [`--data=${limits.memory}`]),
  ];
  const together = `--nproc=${limits.processes}`;
  if (limited.byUser) return ['prlimit', ...each, together, '--', 'bwrap', ...bubblewrapArguments(plan, inBox)];
  // The processes of a person are counted all together: only inside, where there are others of this box alone, does the limit speak of it.
  const inside = { ...inBox, argv: ['prlimit', together, '--', ...inBox.argv] };
  return ['prlimit', ...each, '--', 'bwrap', ...bubblewrapArguments(plan, inside)];
}

/** What a command that never began ended with, by what bubblewrap wrote; null when the box itself failed. */
export function exitCodeOfBubblewrap(output: string): number | null {
  const why = /^bwrap: execvp [^\n]*: ([^\n:]+)\n$/.exec(output)?.[1];
  if (why === undefined) return null;
  return why === 'Permission denied' ? 126 : 127;
}

/** What a command ended with, by what bubblewrap says of it on descriptor 3; null when it was killed, or never began. */
export function exitCodeIn(status: string): number | null {
  const code = /"exit-code":\s*(\d+)/.exec(status)?.[1];
  return code === undefined ? null : Number(code);
}
