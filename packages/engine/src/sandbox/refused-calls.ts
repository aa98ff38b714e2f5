/** A call of the kernel: its name, and its number on each kind of processor; null where there is none. */
export interface RefusedCall {
  readonly name: string;
  readonly x64: number;
  readonly arm64: number | null;
}

const call = (name: string, x64: number, arm64: number | null): RefusedCall => ({ name, x64, arm64 });

/**
 * What nobody in a box may ask of the kernel. Without capabilities most of it is refused anyway: this keeps the code behind it out of reach too.
 */
export const refusedCalls: readonly RefusedCall[] = [
  // Keys of the kernel, programs in the kernel, its counters and faults, its other ways of doing everything.
  call('add_key', 248, 217),
  call('request_key', 249, 218),
  call('keyctl', 250, 219),
  call('bpf', 321, 280),
  call('perf_event_open', 298, 241),
  call('userfaultfd', 323, 282),
  call('io_uring_setup', 425, 425),
  call('io_uring_enter', 426, 426),
  call('io_uring_register', 427, 427),
  // Kernels and modules.
  call('kexec_load', 246, 104),
  call('kexec_file_load', 320, 294),
  call('init_module', 175, 105),
  call('finit_module', 313, 273),
  call('delete_module', 176, 106),
  // Mounts, old and new; other namespaces; files by handle.
  call('mount', 165, 40),
  call('umount2', 166, 39),
  call('pivot_root', 155, 41),
  call('open_tree', 428, 428),
  call('move_mount', 429, 429),
  call('fsopen', 430, 430),
  call('fsconfig', 431, 431),
  call('fsmount', 432, 432),
  call('fspick', 433, 433),
  call('mount_setattr', 442, 442),
  call('setns', 308, 268),
  call('open_by_handle_at', 304, 265),
  // The machine: swap, reboot, kernel log, accounting, quota, clocks, ports.
  call('swapon', 167, 224),
  call('swapoff', 168, 225),
  call('reboot', 169, 142),
  call('syslog', 103, 116),
  call('acct', 163, 89),
  call('quotactl', 179, 60),
  call('clock_settime', 227, 112),
  call('settimeofday', 164, 170),
  call('iopl', 172, null),
  call('ioperm', 173, null),
  call('vhangup', 153, 58),
  call('lookup_dcookie', 212, 18),
];

/** unix, IPv4, IPv6, and netlink, which name look-ups ask for the interfaces. A virtual machine's way to its host is not among them. */
export const socketFamilies: readonly number[] = [1, 2, 10, 16];
