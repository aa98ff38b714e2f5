/** One way out of a box. */
export interface Probe {
  readonly name: string;
  /** For bash; succeeds when it got out. Its environment has what `Canaries` names. */
  readonly attempt: string;
  /** Who gets through when there is no box, so that a probe that can never succeed shows itself; a reason where trying would do harm or needs luck. */
  readonly control: 'anyone' | 'root' | { readonly none: string };
}

/** What stands on the host for probes to reach. */
export interface Canaries {
  readonly SECRET_FILE: string;
  /** Of a folder that everybody may write to. */
  readonly OPEN_FOLDER: string;
  readonly SHARED_MEMORY_FILE: string;
  readonly OTHER_BOX_FILE: string;
  readonly BOX_FOLDER: string;
  readonly LOG_FOLDER: string;
  readonly TCP_PORT: string;
  readonly UNIX_SOCKET: string;
  readonly ABSTRACT_NAME: string;
  /** A process of the host, with SECRET in its environment and among its arguments. */
  readonly PROCESS_ID: string;
  readonly SECRET: string;
}

const anyone = 'anyone';
const root = 'root';
const none = (reason: string) => ({ none: reason });

const files: readonly Probe[] = [
  {
    name: 'write into a folder of the host that is open to all',
    attempt: 'echo x > "$OPEN_FOLDER/written"',
    control: anyone,
  },
  { name: 'read a file of the host', attempt: 'grep -q . "$SECRET_FILE"', control: anyone },
  {
    name: 'read it by climbing up from the work tree',
    attempt: 'grep -q . "../../../../../../..$SECRET_FILE"',
    control: anyone,
  },
  { name: 'read it through a link', attempt: 'ln -sfn "$SECRET_FILE" way-out && grep -q . way-out', control: anyone },
  { name: 'give it a second name', attempt: 'rm -f twin; ln "$SECRET_FILE" twin', control: anyone },
  { name: 'read the work tree of another box', attempt: 'grep -q . "$OTHER_BOX_FILE"', control: root },
  { name: 'see what the host keeps for this box', attempt: 'ls "$BOX_FOLDER" | grep -q .', control: root },
  { name: 'see the logs of its own commands', attempt: 'test -e "$LOG_FOLDER"', control: anyone },
  { name: 'read the passwords of the host', attempt: 'grep -q root /etc/shadow', control: root },
  { name: 'see the people of the host', attempt: '[ "$(wc -l < /etc/passwd)" -gt 2 ]', control: anyone },
  { name: 'look into the home of root', attempt: 'ls -A /root | grep -q .', control: root },
  { name: 'write into /etc', attempt: 'touch /etc/yudai-probe && rm /etc/yudai-probe', control: root },
  { name: 'write into /usr', attempt: 'touch /usr/yudai-probe && rm /usr/yudai-probe', control: root },
  { name: 'write into the root folder', attempt: 'touch /yudai-probe && rm /yudai-probe', control: root },
  {
    name: 'write into /dev, which has no limit',
    attempt: 'touch /dev/yudai-probe && rm /dev/yudai-probe',
    control: root,
  },
  { name: 'write into /run', attempt: 'touch /run/yudai-probe && rm /run/yudai-probe', control: root },
  { name: 'see the shared memory of the host', attempt: 'test -e "$SHARED_MEMORY_FILE"', control: anyone },
  { name: 'make a device', attempt: 'rm -f node && mknod node b 7 0 && rm node', control: root },
  {
    name: 'open a device of the machine',
    attempt:
      'for it in kmsg mem kvm fuse vda sda nvme0n1 loop0 loop-control vsock; do [ -e /dev/$it ] && exit 0; done; exit 1',
    control: none('a container may have none of them'),
  },
  {
    name: 'find a setuid program that still works',
    attempt: 'grep -q "^NoNewPrivs:.0" /proc/self/status',
    control: anyone,
  },
  {
    name: 'find a socket of a service of the host',
    attempt: 'find /run /tmp -type s | grep -q .',
    control: none('a machine may have none'),
  },
];

const processes: readonly Probe[] = [
  { name: 'reach a process of the host', attempt: 'kill -0 "$PROCESS_ID"', control: root },
  { name: 'see what the host runs', attempt: 'grep -qs "^canary-$SECRET" /proc/[0-9]*/cmdline', control: anyone },
  {
    name: 'read the environment of its processes',
    attempt: 'grep -qs "HOST_ONLY=$SECRET" /proc/[0-9]*/environ',
    control: root,
  },
  { name: 'inherit the environment of the host', attempt: 'env | grep -q "^HOST_ENVIRONMENT="', control: anyone },
  {
    name: 'go through the root of another process',
    attempt: 'for it in /proc/[0-9]*/root; do grep -q . "$it$SECRET_FILE" && exit 0; done; exit 1',
    control: root,
  },
  {
    name: 'go through the folder that another process is in',
    attempt: 'for it in /proc/[0-9]*/cwd; do grep -q . "$it/../../../../../..$SECRET_FILE" && exit 0; done; exit 1',
    control: root,
  },
  {
    name: 'use an open file of the host',
    attempt: 'for ((it = 3; it < 255; it++)); do [ -e "/proc/$BASHPID/fd/$it" ] && exit 0; done; exit 1',
    control: anyone,
  },
  { name: 'be root', attempt: '[ "$(id -u)" = 0 ]', control: root },
  { name: 'become root', attempt: `perl -e '$> = 0; $< = 0; exit($> == 0 ? 0 : 1)'`, control: root },
  { name: 'have a capability', attempt: '! grep -q "^CapEff:.0000000000000000" /proc/self/status', control: root },
  { name: 'regain a capability', attempt: '! grep -q "^CapBnd:.0000000000000000" /proc/self/status', control: anyone },
  { name: 'make a user namespace', attempt: 'unshare --user true', control: none('hosts may forbid it to everybody') },
  { name: 'make a mount namespace', attempt: 'unshare --mount true', control: root },
  { name: 'make a network namespace', attempt: 'unshare --net true', control: root },
  {
    name: 'enter a namespace of another process',
    attempt: 'nsenter --target 1 --net true',
    control: none('containers forbid it'),
  },
  { name: 'change the root folder', attempt: 'chroot / true', control: root },
  { name: 'go before others', attempt: '[ "$(nice -n -5 nice)" -lt 0 ]', control: root },
  { name: 'raise a limit', attempt: 'ulimit -Hf unlimited', control: root },
  { name: 'leave a core dump', attempt: '[ "$(ulimit -Hc)" != 0 ]', control: none('hosts may forbid it') },
  {
    name: 'open a terminal to type into',
    attempt: ': < /dev/tty',
    control: none('a run of tests may have no terminal'),
  },
];

/** Calls that nobody in a box needs: by number on x64 and arm64, with arguments that make no sense. */
const systemCalls: readonly (readonly [string, readonly [number, number], string, Probe['control']])[] = [
  ['read the log of the kernel', [103, 116], '10, 0, 0', root],
  ['load a program into the kernel', [321, 280], '0, 0, 0', root],
  ['load a module', [313, 273], '-1, "", 0', none('a kernel may have no modules')],
  ['count what the processor does', [298, 241], '0, 0, -1, -1, 0', anyone],
  ['handle the faults of others', [323, 282], '-1', anyone],
  ['use the second way of asking (io_uring)', [425, 425], '0, 0', anyone],
  ['open a file by its handle', [304, 265], '-1, 0, 0', root],
  ['use the keys of the kernel', [250, 219], '0, -3, 0, 0, 0', anyone],
  ['use the new way to mount', [430, 430], '0, 0', root],
  ['account for everybody', [163, 89], '"/nowhere/at/all"', none('a kernel may not account')],
];

const kernel: readonly Probe[] = [
  {
    name: 'mount a file system',
    attempt: 'mkdir -p /tmp/m && mount -t tmpfs none /tmp/m && umount /tmp/m',
    control: none('it would mount'),
  },
  {
    name: 'make a read-only place writable',
    attempt: 'mount -o remount,rw,bind /usr',
    control: none('it would change the mounts of the host'),
  },
  {
    name: 'uncover what is below a mount',
    attempt: 'umount -l /proc',
    control: none('it would take /proc from the host'),
  },
  {
    name: 'mount control groups',
    attempt: 'mkdir -p /tmp/c && mount -t cgroup2 none /tmp/c && umount /tmp/c',
    control: none('it would mount'),
  },
  { name: 'see control groups', attempt: 'ls /sys/fs/cgroup | grep -q .', control: none('a machine may have none') },
  {
    name: 'see the devices of the kernel',
    attempt: 'ls /sys/class | grep -q .',
    control: none('a container may hide them'),
  },
  {
    name: 'name the handler of crashes',
    attempt: ': >> /proc/sys/kernel/core_pattern',
    control: none('containers forbid it'),
  },
  {
    name: 'reach a setting of the kernel',
    attempt:
      'for it in /proc/sys/kernel/* /proc/sys/vm/* /proc/sys/fs/*; do [ -f "$it" ] && ( : >> "$it" ) && exit 0; done; exit 1',
    control: none('containers forbid it'),
  },
  { name: 'reach the magic keys', attempt: ': >> /proc/sysrq-trigger', control: none('containers forbid it') },
  ...systemCalls.map(([name, [x64, arm64], args, control]): Probe => ({
    name,
    attempt: call(process.arch === 'arm64' ? arm64 : x64, args),
    control,
  })),
];

const network: readonly Probe[] = [
  { name: 'reach a port of the host', attempt: ': <> "/dev/tcp/127.0.0.1/$TCP_PORT"', control: anyone },
  {
    name: 'have a way to any network',
    attempt: '[ "$(tail -n +2 /proc/net/route | wc -l)" -gt 0 ]',
    control: none('a machine may have no network'),
  },
  {
    name: 'reach the metadata of a cloud',
    attempt: 'timeout 2 bash -c ": <> /dev/tcp/169.254.169.254/80"',
    control: none('a machine may be in no cloud'),
  },
  {
    name: 'ask a name server',
    attempt: 'timeout 2 bash -c "echo x > /dev/udp/8.8.8.8/53"',
    control: none('it would leave the machine'),
  },
  { name: 'reach a unix socket of the host', attempt: connectUnix('$ENV{UNIX_SOCKET}'), control: anyone },
  { name: 'reach one that has only a name', attempt: connectUnix('"\\0$ENV{ABSTRACT_NAME}"'), control: anyone },
  { name: 'see the packets of the machine', attempt: openSocket(17, 3), control: root },
  { name: 'make packets of its own', attempt: openSocket(2, 3, 1), control: root },
  {
    name: 'reach the host of a virtual machine',
    attempt: openSocket(40, 1),
    control: none('a kernel may not have it'),
  },
  { name: 'use the ciphers of the kernel', attempt: openSocket(38, 5), control: none('a kernel may not have them') },
  {
    name: 'find the proxy although no network was asked for',
    attempt: 'test -e /run/egress.sock || env | grep -qi _proxy',
    control: none('it exists in boxes only'),
  },
];

/** All of them. */
export const probes: readonly Probe[] = [...files, ...processes, ...kernel, ...network];

/** The script of a probe: says ESCAPED or HELD. */
export function scriptOf({ attempt }: Probe): string {
  return `if ( ${attempt} ) > /dev/null 2>&1; then echo ESCAPED; else echo HELD; fi`;
}

/** Whether a call of the kernel is reached: anything but a refusal, also that its arguments make no sense. */
function call(number: number, args: string): string {
  return `perl -e 'exit(syscall(${number}, ${args}) == -1 && grep({ $! + 0 == $_ } 1, 13, 38) ? 1 : 0)'`;
}

function openSocket(family: number, type: number, protocol = 0): string {
  return `perl -MSocket -e 'exit(socket(my $it, ${family}, ${type}, ${protocol}) ? 0 : 1)'`;
}

function connectUnix(path: string): string {
  return `perl -MSocket -e 'socket(my $it, 1, 1, 0) or exit 1; exit(connect($it, pack_sockaddr_un(${path})) ? 0 : 1)'`;
}
