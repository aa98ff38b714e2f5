import type { BoxFiles } from '#sandbox/box-files.ts';
import type { EgressDecision, EgressOptions } from '#sandbox/egress/create-egress.ts';
import type { BoxLimits } from '#sandbox/limits.ts';

/** Makes boxes: places where code that nobody trusts may run. */
export interface Sandbox {
  readonly kind: string;
  /** Its boxes are on other machines: they see no folders of this one, and reach nothing that only this one does. */
  readonly isElsewhere?: boolean;
  /** Whether boxes can be made here, how well they hold, and what to do where they cannot. Makes one to find out. Never throws. */
  check(): Promise<SandboxCheck>;
  /**
   * A box of this id. One that was left behind by a process that died is taken over with its files. Throws SandboxError: `busy` while a process has the
   * box of this id, `bad_snapshot` when there is none to take over and `from` cannot be used, `unusable`, `no_free_user`, `disk_full`, `broken`.
   */
  prepare(request: BoxRequest): Promise<Box>;
  /** Removes what a process that died has left of a box. Safe to repeat. Throws `busy` while a process has it. */
  discard(id: string): Promise<void>;
  /** The ids of boxes that processes have left which are gone. */
  leftBehind(): Promise<string[]>;
}

export interface BoxRequest {
  /** Letters, digits, `-` and `_`; at most 64. */
  readonly id: string;
  /** Where the logs of its commands are written; only the host sees it, and it stays when the box is closed. */
  readonly logFolder: string;
  readonly limits?: Partial<BoxLimits>;
  /** What commands that say `network: 'allowed'` may reach. Nothing unless told. */
  readonly egress?: EgressOptions;
  /** Folders of the host that are seen in the box, and cannot be written to. */
  readonly mounts?: readonly BoxMount[];
  /** What all its commands find in their environment; nothing secret. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folders in the box to look for programs in, before those of the system. */
  readonly path?: readonly string[];
  /** A file of `Box.snapshot`, of a box of the same project: a new box begins with its work tree and its home. */
  readonly from?: string;
}

/** What was in a box when it was opened. */
export type BoxBeginning = 'empty' | 'snapshot' | 'left_behind';

export interface BoxMount {
  readonly from: string;
  /** Where it is in the box. */
  readonly at: string;
}

/** A place of its own: a work tree, a home, and what runs in them. Not safe to share between people. */
export interface Box extends BoxFiles, AsyncDisposable {
  readonly id: string;
  /** The folder of the host that commands see as `/work`. What the host puts there itself has to be handed over. */
  readonly workTree: string;
  readonly beginning: BoxBeginning;
  /** What its commands were let through to and refused, in order; the last 1,000. */
  readonly egressDecisions: readonly EgressDecision[];
  /** Runs one command to its end. What it started ends with it. Throws SandboxError: `cancelled`, `bad_request`, `closed`, `broken`. */
  run(command: Command, options?: RunOptions): Promise<CommandResult>;
  /** Gives the box what the host has put into its work tree. Only while nothing runs. */
  handOver(): Promise<void>;
  /**
   * Writes its work tree and its home into a file of the host, all of it or nothing, for `BoxRequest.from`. Only while nothing runs. What is in it was made by
   * code that nobody trusts: it is for boxes of the same project alone. Throws `bad_request`, `disk_full`, `broken`.
   */
  snapshot(file: string): Promise<void>;
  /** Ends everything in it, removes its files, and frees what it held. Safe to repeat. */
  close(): Promise<void>;
}

export type Command = {
  /** Relative to the work tree; the work tree itself unless told. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly timeoutMs: number;
  readonly network?: 'none' | 'allowed';
  /** Whether it may leave a report: `YUDAI_REPORT` names a file that is not there yet, out of the work tree, and no other command sees it. */
  readonly report?: boolean;
} & ({ readonly argv: readonly [string, ...string[]] } | { /** For bash. */ readonly shell: string });

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Called with each piece of output as it comes, stdout and stderr in the order they were written. */
  readonly onOutput?: (chunk: Buffer) => void;
}

export interface CommandResult {
  /** Null when it was ended from outside: too late, or the disk full. */
  readonly exitCode: number | null;
  /** The signal that ended it, such as SIGSEGV, as far as the exit code tells. */
  readonly signal: string | null;
  readonly timedOut: boolean;
  /** Something of it was killed for want of memory; only cgroups tell. */
  readonly outOfMemory: boolean;
  readonly outOfDisk: boolean;
  readonly durationMs: number;
  /** The beginning and the end of what it wrote, with a line between them that says what was left out. */
  readonly output: string;
  /** All it wrote, in bytes. */
  readonly outputBytes: number;
  /** A file with all of it, up to the limit. */
  readonly logPath: string;
  /** What it left at `YUDAI_REPORT`; null when that was nothing, no file, over 20 MB, or not asked for. */
  readonly report: Buffer | null;
}

/** What somebody should know of a machine before code runs on it. */
export interface SandboxCheck {
  readonly usable: boolean;
  /** Why nothing can run here. Empty when usable. */
  readonly problems: readonly SandboxRemark[];
  /** What holds less well than it could. */
  readonly warnings: readonly SandboxRemark[];
  /** How each limit is held, as sentences for people. */
  readonly holds: { readonly [what in 'user' | 'memory' | 'processes' | 'disk' | 'network']: string };
}

export interface SandboxRemark {
  readonly what: string;
  readonly todo: string;
}
