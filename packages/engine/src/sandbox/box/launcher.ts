import type { BoxPipes } from '#sandbox/box/box-pipes.ts';
import type { BoxUser } from '#sandbox/box/box-users.ts';
import type { BoxLimits } from '#sandbox/limits.ts';
import type { BoxMount, BoxRequest } from '#sandbox/sandbox.ts';

/** What stands around the commands of a box, and keeps them in it. What is around that (files, users, output, deadlines) boxes have in common. */
export interface BoxBackend {
  readonly kind: string;
  readonly isElsewhere?: boolean;
  /** Throws `unusable` when it cannot give a box what it asks for. */
  accept?(request: BoxRequest): void;
  createLauncher(place: BoxPlace): Promise<Launcher>;
  /** Ends and frees what a process that died has left of the box in this folder, its files apart. Safe to repeat. */
  clear(boxFolder: string): Promise<void>;
}

/** What the commands of one box have in common, on the host. */
export interface BoxPlace {
  /** Where the box keeps what its commands do not see. */
  readonly boxFolder: string;
  readonly workTree: string;
  readonly home: string;
  /** The socket of the egress proxy; null when nothing is allowed. */
  readonly egressSocket: string | null;
  /** Whether any host is allowed. */
  readonly reachesHosts: boolean;
  readonly mounts: readonly BoxMount[];
  readonly path: readonly string[];
  readonly limits: BoxLimits;
  readonly pipes: BoxPipes;
  /** Null where this process is nobody who may become another. */
  readonly user: BoxUser | null;
}

export interface Launcher {
  /** Starts one command in the box. Throws `broken` when there is no telling whether it began. */
  launch(request: Launch): Promise<Launched>;
  /** What a command ended with that ended by itself and left no exit code, by what was written; null when the box itself failed. */
  exitCodeBy(output: string): number | null;
  /** Frees what it holds, once nothing runs. */
  close(): Promise<void>;
}

export interface Launch {
  readonly inBox: InBox;
  readonly stdin: string | undefined;
  readonly onOutput: (chunk: Buffer) => void;
  /** Nobody wants it any more: where launching takes long, it throws `cancelled`. */
  readonly stop: AbortSignal;
}

/** A command, as the box sees it. */
export interface InBox {
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly network: boolean;
  readonly argv: readonly string[];
  /** A folder of the host for what it reports; null when it reports nothing. */
  readonly reportFolder: string | null;
}

export interface Launched {
  /** Ends all of it at once. Safe to repeat. */
  kill(): void;
  /** Once nothing of it is left. */
  readonly ended: Promise<Ending>;
  /** Brings its files to the host, where they are elsewhere, once it has ended; takes nothing from its time. */
  collect?(): Promise<{ /** The host could not hold them. */ readonly outOfDisk: boolean }>;
}

export interface Ending {
  /** What the command itself ended with; null when it was killed together with its box, or never began. */
  readonly exitCode: number | null;
  /** What the programs around it were ended by, if they were. */
  readonly killedBy: NodeJS.Signals | null;
  /** Something of it was killed for want of memory, as far as anybody tells. */
  readonly outOfMemory: boolean;
  /** It was ended because its box held too much, by who else looks at that. */
  readonly outOfDisk?: boolean;
}
