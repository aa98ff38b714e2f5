import { contract } from '@yudai/contract';
import { implement } from '#platform/http/procedure.ts';
import type { createDraftService } from './draft-service.ts';
import type { createIdeasService } from './ideas.ts';
import type { createPublishService } from './publish-service.ts';
import type { createIssuesService } from './service.ts';

/** The doors of issues and ideas. */
export function createIssuesRoutes({
  service,
  drafts,
  publishing,
  ideas,
}: {
  readonly service: ReturnType<typeof createIssuesService>;
  readonly drafts: ReturnType<typeof createDraftService>;
  readonly publishing: ReturnType<typeof createPublishService>;
  readonly ideas: ReturnType<typeof createIdeasService>;
}) {
  const door = implement(contract.issues);
  return door.router({
    list: door.list.handler(({ input, context }) => service.list(context.ctx, input)),
    statistics: door.statistics.handler(({ input, context }) => service.statistics(context.ctx, input)),
    get: door.get.handler(({ input, context }) => service.get(context.ctx, input)),
    create: door.create.handler(({ input, context }) => service.create(context.ctx, input)),
    draft: door.draft.handler(({ input, context }) => drafts.draft(context.ctx, input)),
    createWithContext: door.createWithContext.handler(({ input, context }) => drafts.draft(context.ctx, input)),
    update: door.update.handler(({ input, context }) => service.update(context.ctx, input)),
    regenerate: door.regenerate.handler(({ input, context }) => drafts.regenerate(context.ctx, input)),
    versions: door.versions.handler(({ input, context }) => service.versions(context.ctx, input)),
    version: door.version.handler(({ input, context }) => service.version(context.ctx, input)),
    restoreVersion: door.restoreVersion.handler(({ input, context }) => service.restoreVersion(context.ctx, input)),
    check: door.check.handler(({ input, context }) => service.check(context.ctx, input)),
    preview: door.preview.handler(({ input, context }) => publishing.preview(context.ctx, input)),
    publish: door.publish.handler(({ input, context }) => publishing.publish(context.ctx, input)),
    createGithubIssue: door.createGithubIssue.handler(({ input, context }) => publishing.publish(context.ctx, input)),
    refresh: door.refresh.handler(({ input, context }) => publishing.refresh(context.ctx, input)),
    close: door.close.handler(({ input, context }) => publishing.close(context.ctx, input)),
    reopen: door.reopen.handler(({ input, context }) => publishing.reopen(context.ctx, input)),
    archive: door.archive.handler(({ input, context }) => service.archive(context.ctx, input)),
    unarchive: door.unarchive.handler(({ input, context }) => service.unarchive(context.ctx, input)),
    bulk: door.bulk.handler(({ input, context }) => publishing.bulk(context.ctx, input)),
    remove: door.remove.handler(({ input, context }) => service.remove(context.ctx, input)),
    export: door.export.handler(({ input, context }) => service.export(context.ctx, input)),
    ideas: door.ideas.handler(({ input, context }) => ideas.list(context.ctx, input)),
    generateIdeas: door.generateIdeas.handler(({ input, context }) => ideas.generate(context.ctx, input)),
    createIdea: door.createIdea.handler(({ input, context }) => ideas.create(context.ctx, input)),
    updateIdea: door.updateIdea.handler(({ input, context }) => ideas.update(context.ctx, input)),
    dismissIdea: door.dismissIdea.handler(({ input, context }) => ideas.dismiss(context.ctx, input)),
    promoteIdea: door.promoteIdea.handler(({ input, context }) => drafts.promoteIdea(context.ctx, input)),
  });
}
