import type { AgentStage, SolveAttempt, SolveFile, SolvePlan, SolveStage, SolveTests, StageRun } from '@yudai/contract';
import type { LanguageModel } from 'ai';
import type { InstalledAgent } from '#agent/acp/find-agent.ts';
import type { TranscriptChange } from '#agent/transcript.ts';
import type { ModelRelay } from '#models/index.ts';
import type { BoxRequest, Sandbox } from '#sandbox/index.ts';
import type { RepositoryReader } from '#tools/index.ts';
import type { Evidence, SetUp } from '#verify/index.ts';
import type { PackageSources } from '#workflows/solving/package-sources.ts';

/** An issue, as far as solving it needs it. Its text is untrusted. */
export interface SolveIssue {
  readonly title: string;
  /** Markdown, without the title. */
  readonly body: string;
  readonly criteria: readonly { readonly id: string; readonly text: string; readonly how: string | null }[];
}

/** What is solved, and with what. */
export interface SolveTask {
  /** Names boxes and folders: letters, digits, `-` and `_`, at most 40. The same again after a crash. */
  readonly id: string;
  readonly issue: SolveIssue;
  /** What a person asks for beside the issue. */
  readonly note: string | null;
  /** A tree in a git directory of ours, whose objects are all there. New trees are written into it too. */
  readonly base: { readonly gitDir: string; readonly tree: string };
  readonly gate: 'every_stage' | 'plan' | 'none';
  readonly aim: 'small' | 'best';
  /** Calls of the model in each stage. */
  readonly mostSteps: number;
  /** As a person set it; null to detect it. */
  readonly setUp: readonly SetUp[] | null;
  /** Hosts that set-up and commands may reach. */
  readonly hosts: readonly string[];
  /** What earlier stages or an earlier solve have made: what is there is not made again. */
  readonly start: SolveState;
}

/** One coder. */
export interface Coder {
  /** For people: `provider/model`. */
  readonly name: string;
  readonly model: LanguageModel;
  /** Tokens that it reads at once, where that is known better than by its name. */
  readonly contextTokens?: number | undefined;
}

/** A coder that is an agent of somebody else. Its model is asked for it, so that it has no key. */
export interface ForeignCoder {
  /** For people: the agent and its model. */
  readonly name: string;
  readonly agent: InstalledAgent;
  /** The way to its model; asked before each call, which words refuse. */
  openRelay(admit: () => string | null): ModelRelay;
}

/** What a solve has made so far. Everything in it can be stored as JSON. Trees are in the task's git directory. */
export interface SolveState {
  readonly plan: SolvePlan | null;
  /** Whether the plan needs no further word from a person. */
  readonly planApproved: boolean;
  readonly tests: SolveTests | null;
  /** The base with the tester's changes; null until it is done. */
  readonly testsTree: string | null;
  /** The same while it works, and while its tests wait for approval. */
  readonly draftTree?: string | null;
  readonly attempts: readonly AttemptState[];
  /** Files that a person has taken over, with their contents; null where they removed it. */
  readonly taken: Readonly<Record<string, string | null>>;
  /** How often each stage was begun, such as `{ 'architect': 2, 'coder.1': 1 }`: keys of stages and ids of records go on from it. */
  readonly begun: Readonly<Record<string, number>>;
  /** The last of these that came to an end whose result is in here. */
  readonly ended: Readonly<Record<string, number>>;
}

/** Where a solve starts that goes on from nothing. */
export const emptySolveState: SolveState = {
  plan: null,
  planApproved: false,
  tests: null,
  testsTree: null,
  attempts: [],
  taken: {},
  begun: {},
  ended: {},
};

export interface AttemptState {
  /** From 1. */
  readonly attempt: number;
  /** What the coder starts from, or has come to: a checkpoint after every step that changed something. */
  readonly tree: string;
  /** Null until it has been verified. */
  readonly result: SolveAttempt | null;
}

/** What happens, for whoever watches or keeps it. Told in order; `kept` things are told again after a crash, with the same ids. */
export type SolveNews =
  | { readonly what: 'stage'; readonly stage: StageRun }
  | { readonly what: 'transcript'; readonly key: string; readonly change: TranscriptChange }
  | {
      readonly what: 'output';
      readonly key: string;
      readonly callId: string;
      readonly offset: number;
      readonly text: string;
    }
  | { readonly what: 'change'; readonly attempt: number; readonly files: readonly SolveFile[] };

/** What a person can answer at a gate. */
export type GateAnswer =
  | { readonly kind: 'approve' }
  | { readonly kind: 'again'; readonly note: string }
  | { readonly kind: 'stop'; readonly note: string };

/** What solving needs of whoever runs it. */
export interface SolvePorts {
  readonly sandbox: Sandbox;
  /** Where boxes write the logs of their commands. */
  readonly logFolder: string;
  /** Where set-up snapshots of this project are kept; null to keep none. */
  readonly snapshotFolder: string | null;
  /** Where packages are installed from; see `findPackageSources`. */
  packageSources(): Promise<PackageSources>;
  /** What boxes may use and see beside their work tree; nothing special unless told. */
  readonly boxes?: Pick<BoxRequest, 'limits' | 'mounts' | 'path'> | undefined;
  readonly models: {
    readonly architect: Coder;
    readonly tester: Coder;
    readonly coders: readonly (Coder | ForeignCoder)[];
  };
  /** Looks at the base, as it is indexed. */
  readonly reader: RepositoryReader;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Runs work whose result is kept (JSON, at most 1 MiB); after a crash a finished step gives its result again without running. */
  step<T>(
    name: string,
    work: (step: { readonly signal: AbortSignal; readonly attempt: number }) => Promise<T>,
  ): Promise<T>;
  /** Keeps what was made; told after every stage and every checkpoint. Idempotent. */
  keep(state: SolveState): Promise<void>;
  /** Keeps records; a record of an id that is known is the same record. */
  record(records: readonly Evidence[]): Promise<void>;
  /** Everything that was recorded in this solve so far, before a crash too: records are often larger than what a step may keep. */
  recorded(): Promise<readonly Evidence[]>;
  tell(news: SolveNews): void;
  /**
   * Waits for a person to agree to what a stage has made. The state has been kept before; the plan may come back changed. Asked again for the
   * same key after a crash, it gives the answer that was given.
   */
  ask(gate: {
    readonly key: string;
    readonly stage: AgentStage;
    readonly summary: string;
  }): Promise<{ readonly answer: GateAnswer; readonly plan: SolvePlan | null }>;
  /** The architect's questions, put to a person; null when nobody is to be asked. As with `ask`, the same answer for the same key. */
  question(key: string, questions: readonly string[]): Promise<readonly string[] | null>;
  /**
   * What people said since the last time, for this stage; asked within the step of the `number`th call of the model, whose result holds it.
   * Asked again for the same number, it gives what it gave, and what was said since.
   */
  heard(key: string, number: number): Promise<readonly string[]>;
  /** Aborts when somebody wants to be heard at once; a new signal each time it is asked. */
  interrupted(key: string): AbortSignal;
  /** Files that people have taken over by now. */
  taken(): Promise<Readonly<Record<string, string | null>>>;
  /** What it has cost so far in a stage, for its row. */
  usage(key: string): {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly costMicros: number | null;
  };
}

export type SolveEnd =
  | {
      readonly outcome: 'solved' | 'unsolved';
      readonly reason: string;
      readonly state: SolveState;
      readonly chosen: number | null;
    }
  | {
      readonly outcome: 'needs_input';
      readonly reason: string;
      readonly state: SolveState;
      readonly questions: readonly string[];
    };

/** What is told of a stage as it goes on. */
export type StageKey = `${SolveStage}.${string}`;
