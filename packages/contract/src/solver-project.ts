import { z } from 'zod';
import { repositoryFullName } from '#git.ts';
import { coderAgent, solveOutcome, solveSettings } from '#solver.ts';

const count = z.number().int();

/** A step that makes a fresh work tree ready. */
export const setUpStep = z.strictObject({
  /** Relative to the root, which is the empty string. */
  directory: z.string().max(500),
  /** Lines for a shell, in order. */
  commands: z.array(z.string().trim().min(1).max(2000)).min(1).max(20),
  /** Files that decide what they install. */
  cacheKey: z.array(z.string().max(500)).max(20),
});
export type SetUpStep = z.infer<typeof setUpStep>;

export const projectCheck = z.strictObject({
  kind: z.enum(['test', 'lint', 'types', 'build']),
  directory: z.string().max(500),
  command: z.string().trim().min(1).max(2000),
});
export type ProjectCheck = z.infer<typeof projectCheck>;

/** How solves of a project are done. */
export const solverSettings = z.strictObject({
  /** Null: as they were detected. */
  setUp: z.array(setUpStep).max(10).nullable(),
  /** Hosts that set-up and commands may reach, besides those from which the machine's package managers install: `host`, `*.host`, `host:port`. */
  hosts: z.array(z.string().trim().min(1).max(253)).max(50),
  defaults: solveSettings,
  /** An issue on GitHub with this label is solved; null for none. */
  label: z.string().trim().min(1).max(50).nullable(),
  /** Whether comments on the pull request and failing checks of it start another solve, at most three. */
  followUps: z.boolean(),
});
export type SolverSettings = z.infer<typeof solverSettings>;

export const solverSettingsOfProject = z.object({
  settings: solverSettings,
  /** What was found in the repository; empty before it has been read. */
  detected: z.object({
    setUp: z.array(setUpStep),
    checks: z.array(projectCheck.extend({ runner: z.string(), readable: z.boolean() })),
  }),
});
export type SolverSettingsOfProject = z.infer<typeof solverSettingsOfProject>;

/** Whether solving works here, and what to do where it does not. */
export const solverHealth = z.object({
  usable: z.boolean(),
  problems: z.array(z.object({ what: z.string(), todo: z.string() })),
  warnings: z.array(z.object({ what: z.string(), todo: z.string() })),
  /** How each limit of a box is held. */
  holds: z.record(z.string(), z.string()),
  sandbox: z.string(),
  models: z.object({ architect: z.array(z.string()), coder: z.array(z.string()) }),
  agents: z.array(z.object({ agent: coderAgent, usable: z.boolean(), what: z.string() })),
  running: count,
  queued: count,
  limits: z.object({
    /** Solves that run at once, everywhere together. */
    concurrent: count,
    minutes: count,
    steps: count,
    /** Solves of one person and of one project that may be open: queued, running or waiting for an answer. */
    openPerPerson: count,
    openPerProject: count,
  }),
});
export type SolverHealth = z.infer<typeof solverHealth>;

/** Counted from what was recorded. */
export const solveStatistics = z.object({
  total: count,
  byOutcome: z.record(solveOutcome, count),
  running: count,
  queued: count,
  /** Of 100 that ended solved or unsolved. */
  solvedPercent: z.number().nullable(),
  pullRequests: z.object({ open: count, merged: count, closed: count }),
  edits: count,
  additions: count,
  deletions: count,
  steps: count,
  costMicros: count,
  /** Those of which something of unknown price is not in `costMicros`. */
  unpricedSolves: count,
  /** Tests that ran after a change, in all. */
  tests: z.object({ passed: count, failed: count, skipped: count }),
  durationMs: z.object({ median: count.nullable(), total: count }),
});
export type SolveStatistics = z.infer<typeof solveStatistics>;

/** Exactly what publishing sends. */
export const solvePreview = z.object({
  repository: repositoryFullName.nullable(),
  /** Why nothing can be published; null when it can. The patch can be downloaded either way. */
  refusal: z.string().nullable(),
  base: z.string().nullable(),
  branch: z.string(),
  title: z.string(),
  body: z.string(),
  commits: z.array(z.object({ message: z.string(), files: count })),
});
export type SolvePreview = z.infer<typeof solvePreview>;
