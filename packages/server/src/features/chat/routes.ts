import { contract } from '@yudai/contract';
import { implement } from '#platform/http/procedure.ts';
import type { createContentsService } from './contents-service.ts';
import type { createMemoriesService } from './memories-service.ts';
import type { SessionsService } from './session-service.ts';
import type { createTransfer } from './transfer.ts';
import type { createTurnService } from './turn-service.ts';

/** The doors of what conversations keep in mind. */
export function createMemoryRoutes(memories: ReturnType<typeof createMemoriesService>) {
  const door = implement(contract.memories);
  return door.router({
    list: door.list.handler(({ input, context }) => memories.list(context.ctx, input)),
    add: door.add.handler(({ input, context }) => memories.add(context.ctx, input)),
    update: door.update.handler(({ input, context }) => memories.update(context.ctx, input)),
    remove: door.remove.handler(({ input, context }) => memories.remove(context.ctx, input)),
  });
}

interface ChatServices {
  readonly sessions: SessionsService;
  readonly contents: ReturnType<typeof createContentsService>;
  readonly turns: ReturnType<typeof createTurnService>;
  readonly transfer: ReturnType<typeof createTransfer>;
}

/** The doors of the chat. */
export function createChatRoutes({ sessions, contents, turns, transfer }: ChatServices) {
  const door = implement(contract.chat);
  return door.router({
    list: door.list.handler(({ input, context }) => sessions.list(context.ctx, input)),
    create: door.create.handler(({ input, context }) => sessions.begin(context.ctx, input)),
    get: door.get.handler(({ input, context }) => sessions.get(context.ctx, input)),
    update: door.update.handler(({ input, context }) => sessions.update(context.ctx, input)),
    remove: door.remove.handler(({ input, context }) => sessions.remove(context.ctx, input)),
    fork: door.fork.handler(({ input, context }) => sessions.fork(context.ctx, input)),
    showBranch: door.showBranch.handler(({ input, context }) => sessions.showBranch(context.ctx, input)),
    messages: door.messages.handler(({ input, context }) => contents.messages(context.ctx, input)),
    search: door.search.handler(({ input, context }) => contents.search(context.ctx, input)),
    selectCards: door.selectCards.handler(({ input, context }) => contents.selectCards(context.ctx, input)),
    drop: door.drop.handler(({ input, context }) => contents.drop(context.ctx, input)),
    attachment: door.attachment.handler(({ input, context }) => contents.attachment(context.ctx, input)),
    attend: door.attend.handler(({ input, context }) => contents.attend(context.ctx, input)),
    statistics: door.statistics.handler(({ input, context }) => contents.statistics(context.ctx, input)),
    send: door.send.handler(({ input, context }) => turns.send(context.ctx, input)),
    regenerate: door.regenerate.handler(({ input, context }) => turns.regenerate(context.ctx, input)),
    stop: door.stop.handler(({ input, context }) => turns.stop(context.ctx, input)),
    unqueue: door.unqueue.handler(({ input, context }) => turns.unqueue(context.ctx, input)),
    compact: door.compact.handler(({ input, context }) => turns.compact(context.ctx, input)),
    previewContext: door.previewContext.handler(({ input, context }) => turns.previewContext(context.ctx, input)),
    attach: door.attach.handler(({ input, context }) => turns.attach(context.ctx, input)),
    export: door.export.handler(({ input, context }) => transfer.export(context.ctx, input)),
    import: door.import.handler(({ input, context }) => transfer.import(context.ctx, input)),
  });
}
