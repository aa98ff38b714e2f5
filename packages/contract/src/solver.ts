import { z } from 'zod';
import { messagePart } from '#chat.ts';
import { failure } from '#errors.ts';
import { repositoryFullName } from '#git.ts';
import { idSchema } from '#ids.ts';
import { modelName } from '#models.ts';

const moment = z.iso.datetime();
const count = z.number().int();

/** The parts of a solve, in order. Architect, tester and coder are agents; the others are ours. */
export const solveStages = ['prepare', 'architect', 'tester', 'coder', 'verify'] as const;
export const solveStage = z.enum(solveStages);
export type SolveStage = z.infer<typeof solveStage>;

/** Stages that an agent works in. */
export const agentStages = ['architect', 'tester', 'coder'] as const;
export const agentStage = z.enum(agentStages);
export type AgentStage = z.infer<typeof agentStage>;

export const solveStatuses = ['queued', 'running', 'waiting_for_input', 'finished'] as const;
export const solveStatus = z.enum(solveStatuses);
export type SolveStatus = z.infer<typeof solveStatus>;

/**
 * How a solve ended: `solved` is computed from what ran; `unsolved` keeps its change and says why; `needs_input` waits for somebody to say more;
 * `failed` is Yudai's, the machine's or a provider's fault.
 */
export const solveOutcomes = ['solved', 'unsolved', 'needs_input', 'cancelled', 'failed'] as const;
export const solveOutcome = z.enum(solveOutcomes);
export type SolveOutcome = z.infer<typeof solveOutcome>;

/** When a person has to agree: after every stage, to the plan and to publishing, or never. */
export const solveGates = ['every_stage', 'plan', 'none'] as const;
export const solveGate = z.enum(solveGates);
export type SolveGate = z.infer<typeof solveGate>;

/** Why an agent stopped before it said that it was done. */
export const stopReasons = ['submitted', 'steps', 'time', 'loop', 'cancelled', 'silent'] as const;
export const stopReason = z.enum(stopReasons);
export type StopReason = z.infer<typeof stopReason>;

/** The most that one solve may use; a project or a person can ask for less. */
export const solveLimits = { minutes: 30, steps: 50, concurrent: 3, attempts: 3, followUps: 3 } as const;

/** Something that shows whether a criterion holds. It is worth as much as the records behind it. */
export const claim = z.discriminatedUnion('kind', [
  /** The id of a test, its name, or the end of one. */
  z.strictObject({ kind: z.literal('test'), test: z.string().min(1).max(500) }),
  z.strictObject({ kind: z.literal('check'), check: z.enum(['test', 'lint', 'types', 'build']) }),
  z.strictObject({ kind: z.literal('command'), command: z.string().min(1).max(2000) }),
  z.strictObject({ kind: z.literal('review'), by: z.string().min(1).max(200) }),
]);

/** What the architect hands on. A person may change it before the tester begins. */
export const solvePlan = z.strictObject({
  /** What was found and why this way, as Markdown. */
  notes: z.string().max(20_000),
  steps: z
    .array(z.strictObject({ text: z.string().min(1).max(2000), files: z.array(z.string().max(1000)).max(50) }))
    .max(30),
  /** Each criterion of the issue, and how it will be shown. */
  criteria: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(20),
        text: z.string().max(2000),
        /** How the tester should show it. */
        how: z.string().max(2000),
      }),
    )
    .max(50),
  /** Folders and files that the tester may write to, as globs, besides those that are known for tests. */
  testPaths: z.array(z.string().max(500)).max(20),
});
export type SolvePlan = z.infer<typeof solvePlan>;

/** What the tester hands on. */
export const solveTests = z.strictObject({
  summary: z.string().max(5000),
  /** Criterion → what shows it. */
  claims: z.array(z.strictObject({ criterion: z.string().max(20), claim })).max(100),
});
export type SolveTests = z.infer<typeof solveTests>;

export const claimOutcome = z.enum(['passed', 'failed', 'unverified']);
/** One row of the table that a pull request shows, computed from records. */
export const criterionResult = z.object({
  id: z.string(),
  text: z.string(),
  result: claimOutcome,
  checks: z.array(
    z.object({
      claim,
      result: claimOutcome,
      /** What the test said before the change. */
      before: z.enum(['passed', 'failed', 'skipped', 'error', 'absent']).nullable(),
      evidence: z.array(z.string()),
      reason: z.string(),
    }),
  ),
});
export type SolveCriterionResult = z.infer<typeof criterionResult>;

/** How many tests there were, and what became of those that were there before. */
export const testComparison = z.object({
  before: z.object({ passed: count, failed: count, skipped: count }).nullable(),
  after: z.object({ passed: count, failed: count, skipped: count }).nullable(),
  newFailures: z.array(z.string()),
  /** Failed at first, passed when run again on the same files. Absent where nothing had to be run again. */
  unsteady: z.array(z.string()).optional(),
  stillFailing: z.array(z.string()),
  fixed: z.array(z.string()),
  added: z.array(z.string()),
  silenced: z.array(z.string()),
  vanished: z.array(z.string()),
});
export type SolveTestComparison = z.infer<typeof testComparison>;

/** Something that really happened in a solve. */
export const solveEvidence = z.object({
  id: z.string(),
  at: moment,
  stage: solveStage,
  /** The coder's attempt it belongs to, from 1; 1 also before there are several. */
  attempt: count,
  kind: z.enum(['command', 'test', 'edit', 'file', 'review']),
  /** `null` where nothing ran. */
  command: z.string().nullable(),
  check: z.enum(['test', 'lint', 'types', 'build']).nullable(),
  when: z.enum(['before', 'after', 'during']).nullable(),
  exitCode: count.nullable(),
  finished: z.boolean().nullable(),
  durationMs: count.nullable(),
  verdict: z.enum(['passed', 'failed', 'nothing_ran', 'unknown']),
  reason: z.string(),
  /** Beginning and end of what it printed. */
  output: z.string(),
  tests: z.object({ passed: count, failed: count, skipped: count }).nullable(),
  /** Those that did not pass, the first 100. */
  failing: z.array(z.object({ id: z.string(), name: z.string(), outcome: z.string(), message: z.string().nullable() })),
  fileHashes: z.record(z.string(), z.string().nullable()),
});
export type SolveEvidence = z.infer<typeof solveEvidence>;

/** A file that a solve changes, computed from trees of git. */
export const solveFile = z.object({
  path: z.string(),
  /** Where it was before, when it was renamed. */
  from: z.string().nullable(),
  kind: z.enum(['created', 'modified', 'deleted', 'renamed']),
  binary: z.boolean(),
  additions: count,
  deletions: count,
  /** Lines that differ: where in the old text and where in the new; from 1. */
  ranges: z.array(z.object({ oldStart: count, oldLines: count, newStart: count, newLines: count })),
});
export type SolveFile = z.infer<typeof solveFile>;

export const solveDiff = z.object({
  files: z.array(solveFile),
  /** A unified diff as git makes it; cut after 1 MB, which `truncated` says. */
  patch: z.string(),
  truncated: z.boolean(),
});
export type SolveDiff = z.infer<typeof solveDiff>;

/** One agent in one stage, or one of our own stages. */
export const stageRun = z.object({
  /** Unique within the solve, such as `architect.1` or `coder.1.2` (attempt 1, second go). */
  key: z.string(),
  stage: solveStage,
  attempt: count,
  /** How often the stage was begun, from 1: a person may have asked for another go. */
  go: count,
  status: z.enum(['running', 'waiting', 'done', 'failed', 'cancelled']),
  /** `provider/model`, or the name of another agent. */
  model: z.string().nullable(),
  /** Calls of the model, of at most `mostSteps`. */
  steps: count,
  mostSteps: count,
  stop: stopReason.nullable(),
  /** One or two sentences: what came of it. */
  summary: z.string(),
  /** Files that it was not allowed to change, and which were therefore put back. */
  trespasses: z.array(z.string()),
  inputTokens: count,
  outputTokens: count,
  costMicros: count.nullable(),
  files: z.array(solveFile.pick({ path: true, kind: true, additions: true, deletions: true })),
  startedAt: moment,
  finishedAt: moment.nullable(),
});
export type StageRun = z.infer<typeof stageRun>;

/** Whether models were called whose price nobody knows: what it cost is then more than what is counted, and no budget limits it. */
export function hasUnpricedCalls(
  stages: readonly Pick<StageRun, 'inputTokens' | 'outputTokens' | 'costMicros'>[],
): boolean {
  return stages.some(
    ({ inputTokens, outputTokens, costMicros }) => costMicros === null && inputTokens + outputTokens > 0,
  );
}

/** One attempt of the coder, compared with the others by what ran. */
export const solveAttempt = z.object({
  attempt: count,
  model: z.string().nullable(),
  outcome: z.enum(['solved', 'unsolved']).nullable(),
  reason: z.string(),
  criteria: z.array(criterionResult),
  tests: testComparison.nullable(),
  additions: count,
  deletions: count,
  files: count,
  chosen: z.boolean(),
});
export type SolveAttempt = z.infer<typeof solveAttempt>;

export const solvePullRequest = z.object({
  repository: repositoryFullName,
  number: count,
  url: z.string(),
  state: z.enum(['open', 'closed', 'merged']),
  draft: z.boolean(),
});

/** Who works as the coder: Yudai's own loop, or another agent that speaks ACP. */
export const coderAgents = ['yudai', 'opencode', 'claude', 'codex', 'gemini'] as const;
export const coderAgent = z.enum(coderAgents);
export type CoderAgent = z.infer<typeof coderAgent>;

const settingFields = {
  gate: solveGate,
  /** As small a change as will do, or the best that can be done. */
  aim: z.enum(['small', 'best']),
  minutes: count.min(1).max(solveLimits.minutes),
  /** Calls of the model in each stage. */
  steps: count.min(1).max(solveLimits.steps),
  /** Micro-dollars after which it asks; null for no limit of its own. */
  budgetMicros: count.min(0).max(1_000_000_000).nullable(),
  /** One coder for each, side by side. A `model` of null is the first of the role. */
  attempts: z
    .array(z.strictObject({ model: modelName.nullable(), agent: coderAgent }))
    .min(1)
    .max(solveLimits.attempts),
};

/** How one solve is to be done. */
export const solveSettings = z.strictObject(settingFields);
export type SolveSettings = z.infer<typeof solveSettings>;

/** Some of them. What is left out is as the project has it, so nothing here has a default. */
export const solveWishes = z.strictObject(settingFields).partial();

/** How solves are done where nobody has said anything. */
export const standardSolveSettings: SolveSettings = {
  gate: 'plan',
  aim: 'small',
  minutes: solveLimits.minutes,
  steps: solveLimits.steps,
  budgetMicros: 10_000_000,
  attempts: [{ model: null, agent: 'yudai' }],
};

/** A solve as lists show it. */
export const solveHead = z.object({
  id: idSchema('solve'),
  projectId: idSchema('project'),
  issueId: idSchema('issue'),
  ownerId: idSchema('user'),
  /** The job that does it. */
  jobId: idSchema('job').nullable(),
  /** The solve that this one goes on from. */
  parentId: idSchema('solve').nullable(),
  title: z.string(),
  status: solveStatus,
  outcome: solveOutcome.nullable(),
  /** Why it ended so, or what it waits for, for a person. */
  reason: z.string(),
  stage: solveStage.nullable(),
  steps: count,
  costMicros: count,
  /** Models were called whose price nobody knows: it cost more than `costMicros`. */
  hasUnpricedCalls: z.boolean(),
  additions: count,
  deletions: count,
  files: count,
  tests: z.object({ passed: count, failed: count, skipped: count }).nullable(),
  /** Place in the queue, from 1; null when it does not wait for a slot. */
  queuePosition: count.nullable(),
  branch: z.string().nullable(),
  pullRequest: solvePullRequest.nullable(),
  publishingJobId: idSchema('job').nullable(),
  failure: failure.nullable(),
  createdAt: moment,
  startedAt: moment.nullable(),
  finishedAt: moment.nullable(),
});
export type SolveHead = z.infer<typeof solveHead>;

export const solve = solveHead.extend({
  settings: solveSettings,
  /** What it works on; null until it has been read. */
  base: z.object({ commit: z.string().nullable(), ref: z.string().nullable() }).nullable(),
  /** What a person asked for beside the issue, when it goes on from another. */
  note: z.string().nullable(),
  plan: solvePlan.nullable(),
  /** Counts changes of the plan. */
  planVersion: count,
  testsPlanned: solveTests.nullable(),
  stages: z.array(stageRun),
  attempts: z.array(solveAttempt),
  /** Of the chosen attempt. */
  criteria: z.array(criterionResult),
  comparison: testComparison.nullable(),
  changed: z.array(solveFile),
  /** Files that a person has taken over: no agent changes them any more. */
  taken: z.array(z.string()),
  deadlineAt: moment.nullable(),
});
export type Solve = z.infer<typeof solve>;

/** What was said and done in one stage, in order. */
export const stageTranscript = z.object({ key: z.string(), parts: z.array(messagePart) });
export type StageTranscript = z.infer<typeof stageTranscript>;

/** On `solve:` topics. */
export const solveEvent = z.discriminatedUnion('what', [
  z.object({ what: z.literal('solve'), solve }),
  z.object({ what: z.literal('stage'), stage: stageRun }),
  z.object({ what: z.literal('evidence'), evidence: solveEvidence }),
  /** The files that are changed now, in this attempt. */
  z.object({ what: z.literal('change'), attempt: count, files: z.array(solveFile) }),
  /** What a command prints. `key` and `callId` name the call; at `offset` characters of all that was told. */
  z.object({ what: z.literal('output'), key: z.string(), callId: z.string(), offset: count, text: z.string() }),
  /** The next piece of what an agent says, as in `message` events of a conversation. */
  z.object({
    what: z.literal('delta'),
    key: z.string(),
    part: count,
    kind: z.enum(['text', 'reasoning']),
    offset: count,
    text: z.string(),
  }),
  z.object({ what: z.literal('part'), key: z.string(), part: count, value: messagePart }),
  z.object({ what: z.literal('reset'), key: z.string(), parts: count }),
]);
export type SolveEvent = z.infer<typeof solveEvent>;
