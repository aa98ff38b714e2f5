import { z } from 'zod';
import { projectProcedure } from '#access.ts';
import { idSchema } from '#ids.ts';
import { job } from '#jobs.ts';
import { pageOf, pageRequest } from '#paging.ts';
import {
  agentStage,
  solve,
  solveDiff,
  solveEvidence,
  solveHead,
  solveOutcome,
  solvePlan,
  solveStatus,
  solveWishes,
  stageTranscript,
} from '#solver.ts';
import {
  solvePreview,
  solverHealth,
  solverSettings,
  solverSettingsOfProject,
  solveStatistics,
} from '#solver-project.ts';

const ofProject = { projectId: idSchema('project') };
const ofSolve = { ...ofProject, id: idSchema('solve') };
const tags = ['solver'];
const at = '/v1/projects/{projectId}/solves';
const note = z.string().trim().min(1).max(10_000);
const started = z.object({ solve, job });
const published = z.object({
  solve,
  /** Null when there was nothing to do: the pull request shows exactly this already. */
  job: job.nullable(),
});

const startInput = z.strictObject({ ...ofProject, issueId: idSchema('issue'), settings: solveWishes.default({}) });

export const solverContract = {
  start: projectProcedure('solver.run')
    .meta({
      limit: 'solves',
      tool: {
        name: 'solve_issue',
        description:
          'Start solving an issue of the project in a sandbox. Answers at once with the solve and its job; look at both with get_solve. ' +
          'Only when asked to.',
      },
    })
    .route({
      method: 'POST',
      path: '/v1/projects/{projectId}/solve/start',
      summary: 'Start solving an issue; answers at once with the job',
      tags,
      successStatus: 202,
    })
    .input(startInput)
    .output(started),
  list: projectProcedure('solver.read')
    .route({ method: 'GET', path: at, summary: 'Solves, newest first', tags })
    .meta({ tool: { name: 'list_solves', description: 'The solves of the project with how they ended.' } })
    .input(
      z.strictObject({
        ...ofProject,
        ...pageRequest(100, 50),
        issueId: idSchema('issue').optional(),
        /** Those of issues that came of this conversation. */
        sessionId: idSchema('session').optional(),
        status: solveStatus.optional(),
        outcome: solveOutcome.optional(),
      }),
    )
    .output(pageOf(solveHead)),
  statistics: projectProcedure('solver.read')
    .route({ method: 'GET', path: `${at}/statistics`, summary: 'What solving has brought and cost', tags })
    .input(z.strictObject(ofProject))
    .output(solveStatistics),
  health: projectProcedure('solver.read')
    .route({ method: 'GET', path: `${at}/health`, summary: 'Whether solving works here, and its limits', tags })
    .input(z.strictObject(ofProject))
    .output(solverHealth),
  settings: projectProcedure('solver.read')
    .route({ method: 'GET', path: `${at}/settings`, summary: 'Set-up steps, checks and defaults of the project', tags })
    .input(z.strictObject(ofProject))
    .output(solverSettingsOfProject),
  updateSettings: projectProcedure('project.update')
    .route({ method: 'PUT', path: `${at}/settings`, summary: 'Change set-up steps and defaults', tags })
    .input(z.strictObject({ ...ofProject, settings: solverSettings }))
    .output(solverSettingsOfProject),
  get: projectProcedure('solver.read')
    .route({ method: 'GET', path: `${at}/{id}`, summary: 'One solve: plan, stages, evidence table, files', tags })
    .meta({
      tool: {
        name: 'get_solve',
        description:
          'One solve: its plan, stages, tests before and after, what shows each criterion, and the files that it changes.',
      },
    })
    .input(z.strictObject(ofSolve))
    .output(solve),
  /** `live` is the number of the last event that is in it, to listen on from. */
  transcripts: projectProcedure('solver.read')
    .route({ method: 'GET', path: `${at}/{id}/steps`, summary: 'What was said and done, stage by stage', tags })
    .input(z.strictObject({ ...ofSolve, key: z.string().max(40).optional() }))
    .output(z.object({ stages: z.array(stageTranscript), live: z.number().int() })),
  evidence: projectProcedure('solver.read')
    .route({ method: 'GET', path: `${at}/{id}/evidence`, summary: 'Every record of what ran', tags })
    .input(z.strictObject({ ...ofSolve, ...pageRequest(200, 100) }))
    .output(pageOf(solveEvidence)),
  diff: projectProcedure('solver.read')
    .route({ method: 'GET', path: `${at}/{id}/diff`, summary: 'The change as it is now', tags })
    .input(
      z.strictObject({
        ...ofSolve,
        /** The attempt; the chosen one, or the first, unless told. */
        attempt: z.enum(['1', '2', '3']).optional(),
        /** Only what this stage has changed. */
        stage: agentStage.optional(),
      }),
    )
    .output(solveDiff),
  /** To take one over. `text` is null for what is not there, is no text, or is over 1 MB. */
  file: projectProcedure('solver.read')
    .route({ method: 'GET', path: `${at}/{id}/files`, summary: 'A file as the solve has it now', tags })
    .input(z.strictObject({ ...ofSolve, path: z.string().min(1).max(1000) }))
    .output(z.object({ path: z.string(), text: z.string().nullable() })),
  patch: projectProcedure('solver.read')
    .route({ method: 'GET', path: `${at}/{id}/patch`, summary: 'The whole change, for git apply', tags })
    .input(z.strictObject(ofSolve))
    .output(z.object({ name: z.string(), text: z.string() })),
  export: projectProcedure('solver.read')
    .route({ method: 'GET', path: `${at}/{id}/export`, summary: 'The trajectory as a file', tags })
    .input(
      z.strictObject({
        ...ofSolve,
        /** `json` is everything; `traj` is what viewers of SWE-agent read. */
        format: z.enum(['json', 'traj']).default('json'),
      }),
    )
    .output(z.object({ name: z.string(), text: z.string() })),
  say: projectProcedure('solver.run')
    .route({ method: 'POST', path: `${at}/{id}/say`, summary: 'Tell the agents something while they work', tags })
    .input(
      z.strictObject({
        ...ofSolve,
        text: note,
        /** `steer` is read at the next step; `interrupt` also ends what runs now. */
        mode: z.enum(['steer', 'interrupt']).default('steer'),
      }),
    )
    .output(solve),
  updatePlan: projectProcedure('solver.run')
    .route({ method: 'PUT', path: `${at}/{id}/plan`, summary: 'Change the plan while it waits for approval', tags })
    .input(z.strictObject({ ...ofSolve, plan: solvePlan, version: z.number().int().min(1) }))
    .output(solve),
  takeOver: projectProcedure('solver.run')
    .route({
      method: 'PUT',
      path: `${at}/{id}/files`,
      summary: 'Write a file oneself; agents leave it alone from then on',
      tags,
    })
    .input(
      z.strictObject({
        ...ofSolve,
        path: z.string().min(1).max(1000),
        /** Null removes it. */
        text: z.string().max(1_000_000).nullable(),
      }),
    )
    .output(solve),
  cancel: projectProcedure('solver.run')
    .route({ method: 'POST', path: `${at}/{id}/cancel`, summary: 'Stop it, with everything it runs', tags })
    .input(z.strictObject(ofSolve))
    .output(solve),
  /** A new solve that begins at a stage of this one, with what the stages before have made. */
  continue: projectProcedure('solver.run')
    .meta({ limit: 'solves' })
    .route({
      method: 'POST',
      path: `${at}/{id}/continue`,
      summary: 'Go on from a finished solve: another go at a stage, or with a note',
      tags,
      successStatus: 202,
    })
    .input(
      z.strictObject({
        ...ofSolve,
        /** As far as it has come, unless told. */
        from: agentStage.optional(),
        note: note.optional(),
        /** Whether the coder goes on from its own change or from the tests alone. */
        keepChange: z.boolean().default(true),
        settings: solveWishes.default({}),
      }),
    )
    .output(started),
  /** Of several attempts, the one to publish. */
  choose: projectProcedure('solver.run')
    .route({ method: 'POST', path: `${at}/{id}/choose`, summary: 'Choose another attempt', tags })
    .input(z.strictObject({ ...ofSolve, attempt: z.number().int().min(1).max(3) }))
    .output(solve),
  preview: projectProcedure('solver.read')
    .route({ method: 'GET', path: `${at}/{id}/publish`, summary: 'What a pull request would say', tags })
    .input(z.strictObject(ofSolve))
    .output(solvePreview),
  publish: projectProcedure('solver.publish')
    .route({
      method: 'POST',
      path: `${at}/{id}/publish`,
      summary: 'Push the change and open a draft pull request; again and again it stays one',
      tags,
      successStatus: 202,
    })
    .input(
      z.strictObject({
        ...ofSolve,
        title: z.string().trim().min(1).max(256).optional(),
        body: z.string().max(60_000).optional(),
      }),
    )
    .output(published),
  remove: projectProcedure('solver.run')
    .route({ method: 'DELETE', path: `${at}/{id}`, summary: 'Delete a solve that has ended', tags })
    .input(z.strictObject(ofSolve))
    .output(z.object({ id: idSchema('solve') })),
};
