import { contract } from '@yudai/contract';
import { implement } from '#platform/http/procedure.ts';
import type { createChangeService } from './change-service.ts';
import type { Health } from './health.ts';
import type { createPublishing } from './publish-service.ts';
import type { createSolvesService } from './service.ts';
import type { createSettingsService } from './settings-service.ts';
import type { createStartService } from './start-solve.ts';
import type { createSteering } from './steering.ts';

export interface Solver {
  readonly service: ReturnType<typeof createSolvesService>;
  readonly starting: ReturnType<typeof createStartService>;
  readonly changes: ReturnType<typeof createChangeService>;
  readonly steering: ReturnType<typeof createSteering>;
  readonly publishing: ReturnType<typeof createPublishing>;
  readonly settings: ReturnType<typeof createSettingsService>;
  readonly health: Health;
}

/** The doors of the solver. */
export function createSolverRoutes({ service, starting, changes, steering, publishing, settings, health }: Solver) {
  const door = implement(contract.solver);
  return door.router({
    start: door.start.handler(({ input, context }) => starting.start(context.ctx, input)),
    list: door.list.handler(({ input, context }) => service.list(context.ctx, input)),
    statistics: door.statistics.handler(({ input, context }) => service.statistics(context.ctx, input)),
    health: door.health.handler(({ input, context }) => health.read(context.ctx, input)),
    settings: door.settings.handler(({ input, context }) => settings.get(context.ctx, input)),
    updateSettings: door.updateSettings.handler(({ input, context }) => settings.update(context.ctx, input)),
    get: door.get.handler(({ input, context }) => service.get(context.ctx, input)),
    transcripts: door.transcripts.handler(({ input, context }) => service.transcripts(context.ctx, input)),
    evidence: door.evidence.handler(({ input, context }) => service.evidence(context.ctx, input)),
    diff: door.diff.handler(({ input, context }) => changes.diff(context.ctx, input)),
    file: door.file.handler(({ input, context }) => changes.file(context.ctx, input)),
    patch: door.patch.handler(({ input, context }) => changes.patch(context.ctx, input)),
    export: door.export.handler(({ input, context }) => changes.export(context.ctx, input)),
    say: door.say.handler(({ input, context }) => steering.say(context.ctx, input)),
    updatePlan: door.updatePlan.handler(({ input, context }) => steering.updatePlan(context.ctx, input)),
    takeOver: door.takeOver.handler(({ input, context }) => steering.takeOver(context.ctx, input)),
    cancel: door.cancel.handler(({ input, context }) => service.cancel(context.ctx, input)),
    continue: door.continue.handler(({ input, context }) => starting.continue(context.ctx, input)),
    choose: door.choose.handler(({ input, context }) => changes.choose(context.ctx, input)),
    preview: door.preview.handler(({ input, context }) => publishing.preview(context.ctx, input)),
    publish: door.publish.handler(({ input, context }) => publishing.publish(context.ctx, input)),
    remove: door.remove.handler(({ input, context }) => service.remove(context.ctx, input)),
  });
}
