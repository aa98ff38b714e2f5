import { withLogFields } from '#platform/log/index.ts';
import type { JobDefinition, JobRun, Jobs } from '#platform/jobs/index.ts';
import type { Telemetry } from '#platform/telemetry/index.ts';

/**
 * The same jobs, where each run and step is a span, each run is timed, log lines name the job they belong to, and this process
 * runs at most `perNode` jobs of a kind.
 */
export function instrumentJobs(jobs: Jobs, telemetry: Telemetry, perNode: number): Jobs {
  const limited = <P>(definition: JobDefinition<P>): JobDefinition<P> => ({
    ...definition,
    perNode: Math.min(definition.perNode ?? perNode, perNode),
  });
  return { ...jobs, register: (definition) => jobs.register(instrument(limited(definition), telemetry)) };
}

function instrument<P>(definition: JobDefinition<P>, telemetry: Telemetry): JobDefinition<P> {
  const { kind } = definition;
  return {
    ...definition,
    run: (run) =>
      withLogFields({ jobId: run.id }, async () => {
        const startedAt = performance.now();
        let outcome = 'failed';
        try {
          const attributes = { 'job.id': run.id, 'job.kind': kind };
          const result = await telemetry.span(`job ${kind}`, attributes, () =>
            definition.run(withSteps(run, telemetry)),
          );
          outcome = 'completed';
          return result;
        } catch (error) {
          if (run.ctx.signal.aborted) outcome = 'stopped';
          throw error;
        } finally {
          telemetry.jobFinished({ kind, outcome, seconds: (performance.now() - startedAt) / 1000 });
        }
      }),
  };
}

function withSteps<P>(run: JobRun<P>, telemetry: Telemetry): JobRun<P> {
  return {
    id: run.id,
    payload: run.payload,
    ctx: run.ctx,
    log: run.log,
    step: (name, work, options) =>
      run.step(
        name,
        (step) => telemetry.span(`step ${name}`, { 'job.id': run.id, attempt: step.attempt }, () => work(step)),
        options,
      ),
    progress: (percent, message) => run.progress(percent, message),
    ask: (questions, name) => run.ask(questions, name),
    spend: (micros) => run.spend(micros),
  };
}
