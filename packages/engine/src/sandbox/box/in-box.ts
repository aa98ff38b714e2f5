import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { reportName } from '#sandbox/box/box-report.ts';
import type { BoxUser } from '#sandbox/box/box-users.ts';
import type { InBox } from '#sandbox/box/launcher.ts';

/** Where commands see what, beside the work tree. */
export const reportsInBox = '/run/report';
export const homeInBox = '/home/agent';
export const socketInBox = '/run/egress.sock';

/** The environment variable that names the file of a report. */
const reportVariable = 'YUDAI_REPORT';
const proxyPort = 3128;
const proxy = `http://127.0.0.1:${proxyPort}`;

/** All variables of a command. `path` is where programs are looked for. */
export function environmentOf(
  { env, reportFolder }: Pick<InBox, 'env' | 'reportFolder'>,
  path: readonly string[],
  withNetwork: boolean,
): Record<string, string> {
  const report = reportFolder === null ? {} : { [reportVariable]: `${reportsInBox}/${reportName}` };
  return { ...always, PATH: path.join(':'), ...(withNetwork ? throughProxy : {}), ...env, ...report };
}

const always = { HOME: homeInBox, USER: 'agent', TMPDIR: '/tmp', LANG: 'C.UTF-8', TERM: 'dumb', CI: 'true' };

const throughProxy = {
  ...Object.fromEntries(['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].map((name) => [name, proxy])),
  NO_PROXY: 'localhost,127.0.0.1,::1',
  no_proxy: 'localhost,127.0.0.1,::1',
  NODE_USE_ENV_PROXY: '1',
};

/** The bridge without socat: perl is in every image of Debian and its kin. */
const bridgeOfPerl = `
  $SIG{CHLD} = "IGNORE";
  my $door = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => ${proxyPort}, Listen => 64, ReuseAddr => 1) or die;
  for (;;) {
    my $here = $door->accept or next;
    next if fork;
    my $there = IO::Socket::UNIX->new(Peer => "${socketInBox}") or exit;
    my ($from, $to) = fork ? ($here, $there) : ($there, $here);
    while (sysread $from, my $bytes, 65536) {
      for (my $sent = 0; $sent < length $bytes;) { $sent += syswrite($to, $bytes, length($bytes) - $sent, $sent) // exit }
    }
    shutdown $to, 1;
    exit;
  }`;

/** Between the port that programs know and the socket of the host. It is nobody's child, so that nobody waits for it. */
export function bridged(argv: readonly string[]): string[] {
  const port = proxyPort.toString(16).toUpperCase().padStart(4, '0');
  const script =
    `(if command -v socat; then exec socat TCP4-LISTEN:${proxyPort},bind=127.0.0.1,fork,reuseaddr UNIX-CONNECT:${socketInBox}; ` +
    'else exec perl -MIO::Socket::INET -MIO::Socket::UNIX -e "$0"; fi </dev/null >/dev/null 2>&1 &)\n' +
    `tries=0; until grep -q ':${port} 00000000:0000 0A' /proc/net/tcp; do\n` +
    '  tries=$((tries + 1)); [ $tries -lt 500 ] || { echo "The bridge to the network did not start." >&2; exit 98; }\n' +
    '  sleep 0.01\ndone\nexec "$@"';
  return ['/bin/sh', '-c', script, bridgeOfPerl, ...argv];
}

export const etcFiles = ['passwd', 'group', 'hosts', 'nsswitch.conf', 'resolv.conf'] as const;

/** Writes what a box sees of /etc, where its user has these ids; returns the folder. */
export async function writeEtc(boxFolder: string, { uid, gid }: { uid: number; gid: number }): Promise<string> {
  const contents: Readonly<Record<(typeof etcFiles)[number], string>> = {
    passwd: `root:x:0:0:root:/:/bin/false\nagent:x:${uid}:${gid}:agent:${homeInBox}:/bin/bash\n`,
    group: `root:x:0:\nagent:x:${gid}:\n`,
    hosts: '127.0.0.1 localhost box\n::1 localhost box\n',
    'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
    'resolv.conf': '',
  };
  const etc = join(boxFolder, 'etc');
  await mkdir(etc, { recursive: true });
  // Whatever the mask of this process takes away.
  await chmod(etc, 0o755);
  for (const [name, text] of Object.entries(contents)) {
    await writeFile(join(etc, name), text);
    await chmod(join(etc, name), 0o644);
  }
  return etc;
}

/** A file that can be opened again as `/dev/stdin`; for who launches the command to remove. */
export async function writeInput(boxFolder: string, user: BoxUser | null, text: string): Promise<string> {
  const path = join(boxFolder, `input-${randomUUID()}`);
  await writeFile(path, text, { mode: 0o600 });
  if (user !== null) await chown(path, user.uid, user.gid);
  return path;
}
