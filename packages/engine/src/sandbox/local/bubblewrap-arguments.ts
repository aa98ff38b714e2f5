import { join } from 'node:path';
import { workTreeInBox } from '#sandbox/box-files.ts';
import { reportName } from '#sandbox/local/box-report.ts';
import type { BoxLimits } from '#sandbox/limits.ts';
import type { BoxMount } from '#sandbox/sandbox.ts';

/** What a box is made of, on the host. */
export interface BoxPlan {
  readonly workTree: string;
  readonly home: string;
  /** Holds passwd, group, hosts, nsswitch.conf and resolv.conf as the box sees them. */
  readonly etc: string;
  /** The socket of the egress proxy; null when nothing is allowed. */
  readonly egressSocket: string | null;
  readonly mounts: readonly BoxMount[];
  readonly path: readonly string[];
  readonly limits: BoxLimits;
  /** Whether the processor's calls are known, so that the program on descriptor 4 is loaded. */
  readonly hasSeccomp: boolean;
}

export interface InBox {
  /** Absolute, as the box sees it. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly network: boolean;
  readonly argv: readonly string[];
  /** A folder of the host for what it reports; null when it reports nothing. */
  readonly reportFolder: string | null;
}

/** Descriptors that bubblewrap is started with. */
export const statusDescriptor = 3;
export const seccompDescriptor = 4;

/** The environment variable that names the file of a report. */
const reportVariable = 'YUDAI_REPORT';
const reportsInBox = '/run/report';
const homeInBox = '/home/agent';
const socketInBox = '/run/egress.sock';
const proxyPort = 3128;
const proxy = `http://127.0.0.1:${proxyPort}`;

/** Every argument of bubblewrap for one command. Whatever is not named here is not there. */
export function bubblewrapArguments(plan: BoxPlan, { cwd, env, network, argv, reportFolder }: InBox): string[] {
  const withNetwork = network && plan.egressSocket !== null;
  const report = reportFolder === null ? {} : { [reportVariable]: `${reportsInBox}/${reportName}` };
  const variables = { ...environment(plan.path, withNetwork), ...env, ...report };
  return [
    ['--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent', '--new-session'],
    ['--uid', '1000', '--gid', '1000', '--hostname', 'box', '--clearenv'],
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

export const etcFiles = ['passwd', 'group', 'hosts', 'nsswitch.conf', 'resolv.conf'] as const;

/** What stands in each of them. */
export const etcContents: Readonly<Record<(typeof etcFiles)[number], string>> = {
  passwd: `root:x:0:0:root:/:/bin/false\nagent:x:1000:1000:agent:${homeInBox}:/bin/bash\n`,
  group: 'root:x:0:\nagent:x:1000:\n',
  hosts: '127.0.0.1 localhost box\n::1 localhost box\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
  'resolv.conf': '',
};

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

function environment(path: readonly string[], withNetwork: boolean): Record<string, string> {
  const always = {
    PATH: [...path, '/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin'].join(':'),
    HOME: homeInBox,
    USER: 'agent',
    TMPDIR: '/tmp',
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    CI: 'true',
  };
  if (!withNetwork) return always;
  return {
    ...always,
    ...Object.fromEntries(['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].map((name) => [name, proxy])),
    NO_PROXY: 'localhost,127.0.0.1,::1',
    no_proxy: 'localhost,127.0.0.1,::1',
    NODE_USE_ENV_PROXY: '1',
  };
}

/** Between the port that programs know and the socket of the host. It is nobody's child, so that nobody waits for it. */
function bridged(argv: readonly string[]): string[] {
  const port = proxyPort.toString(16).toUpperCase().padStart(4, '0');
  const script =
    `(socat TCP4-LISTEN:${proxyPort},bind=127.0.0.1,fork,reuseaddr UNIX-CONNECT:${socketInBox} </dev/null >/dev/null 2>&1 &)\n` +
    `tries=0; until grep -q ':${port} 00000000:0000 0A' /proc/net/tcp; do\n` +
    '  tries=$((tries + 1)); [ $tries -lt 500 ] || { echo "The bridge to the network did not start." >&2; exit 98; }\n' +
    '  sleep 0.01\ndone\nexec "$@"';
  return ['/bin/sh', '-c', script, 'sh', ...argv];
}
