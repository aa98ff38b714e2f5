import { solve, solveEvidence, stageRun, standardSolveSettings } from '@yudai/contract';
import type { Solve, SolveEvidence, StageRun } from '@yudai/contract';
import { me } from '#testing/samples.ts';

export const at = '2026-11-21T10:00:00.000Z';
export const solveId = `slv_${'0'.repeat(26)}`;

/** A solve that has just begun. */
export function solveWith(changes: Partial<Solve> = {}): Solve {
  return {
    ...solve.parse({
      id: solveId,
      projectId: `prj_${'0'.repeat(26)}`,
      issueId: `iss_${'0'.repeat(26)}`,
      ownerId: me,
      jobId: `job_${'0'.repeat(26)}`,
      parentId: null,
      title: 'Retries count twice',
      status: 'running',
      outcome: null,
      reason: '',
      stage: 'architect',
      steps: 3,
      costMicros: 410_000,
      hasUnpricedCalls: false,
      additions: 0,
      deletions: 0,
      files: 0,
      tests: null,
      queuePosition: null,
      branch: null,
      pullRequest: null,
      publishingJobId: null,
      failure: null,
      createdAt: at,
      startedAt: at,
      finishedAt: null,
      settings: standardSolveSettings,
      base: { commit: 'a'.repeat(40), ref: 'main' },
      note: null,
      plan: null,
      planVersion: 0,
      testsPlanned: null,
      stages: [],
      attempts: [],
      criteria: [],
      comparison: null,
      changed: [],
      taken: [],
      deadlineAt: null,
    }),
    ...changes,
  };
}

export function stageWith(changes: Partial<StageRun> = {}): StageRun {
  return {
    ...stageRun.parse({
      key: 'architect.1',
      stage: 'architect',
      attempt: 1,
      go: 1,
      status: 'running',
      model: 'scripted/one',
      steps: 2,
      mostSteps: 50,
      stop: null,
      summary: '',
      trespasses: [],
      inputTokens: 1000,
      outputTokens: 200,
      costMicros: 410_000,
      files: [],
      startedAt: at,
      finishedAt: null,
    }),
    ...changes,
  };
}

export function evidenceWith(changes: Partial<SolveEvidence> = {}): SolveEvidence {
  return {
    ...solveEvidence.parse({
      id: 'E1',
      at,
      stage: 'verify',
      attempt: 1,
      kind: 'test',
      command: 'npm test',
      check: 'test',
      when: 'after',
      exitCode: 0,
      finished: true,
      durationMs: 1200,
      verdict: 'passed',
      reason: '4 tests passed',
      output: '4 passed',
      tests: { passed: 4, failed: 0, skipped: 0 },
      failing: [],
      fileHashes: {},
    }),
    ...changes,
  };
}
