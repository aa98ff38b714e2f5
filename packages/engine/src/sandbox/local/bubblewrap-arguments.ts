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
}

/** Who commands are in a box, whoever they are outside. */
export const idsInBox = { uid: 1000, gid: 1000 };

/** Descriptors that bubblewrap is started with. */
const statusDescriptor = 3;
const seccompDescriptor = 4;

const systemPath = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin'];

/** Every argument of bubblewrap for one command. Whatever is not named here is not there. */
export function bubblewrapArguments(plan: BoxPlan, inBox: InBox): string[] {
  const { cwd, argv, reportFolder } = inBox;
  const withNetwork = inBox.network && plan.egressSocket !== null;
  const variables = environmentOf(inBox, [...plan.path, ...systemPath], withNetwork);
  return [
    ['--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent', '--new-session'],
    ['--uid', String(idsInBox.uid), '--gid', String(idsInBox.gid), '--hostname', 'box', '--clearenv'],
    ['--json-status-fd', String(statusDescriptor)],
    plan.hasSeccomp ? ['--seccomp', String(seccompDescriptor)] : [],
    Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value]),
    system,
    etcFiles.flatMap((name) => ['--ro-bind', join(plan.etc, name), `/etc/${name}`]),
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

const system = [
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
