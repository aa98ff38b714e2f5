import type { Audit } from '#features/audit/index.ts';
import type { Id, Project } from '@yudai/contract';
import type { Cards, MessageReader } from '#features/cards/index.ts';
import type { CodebaseService } from '#features/codebase/index.ts';
import type { GitHub } from '#features/github/index.ts';
import type { Models } from '#features/models/index.ts';
import type { Projects } from '#features/projects/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import type { Database, Db } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import { createRelay, type Live } from '#platform/live/index.ts';
import type { Log } from '#platform/log/index.ts';
import { createCompactJob } from './compact-job.ts';
import { createContentsService } from './contents-service.ts';
import { createMemoriesService } from './memories-service.ts';
import { createGather } from './gather.ts';
import { joinDeltas } from './join.ts';
import { messageOfProject } from './message-store.ts';
import { createReader } from './reader.ts';
import { createRecent } from './recent.ts';
import { createSessionAccess } from './session-access.ts';
import { createSessionsService } from './session-service.ts';
import { sessionOf } from './store.ts';
import { deleteEmptySessions } from './store.ts';
import { createTransfer } from './transfer.ts';
import { createTurnJob } from './turn-job.ts';
import { createTurnService } from './turn-service.ts';

export { createChatRoutes, createMemoryRoutes } from './routes.ts';

export type Chat = ReturnType<typeof createChat>;

export interface ChatDeps {
  readonly database: Database;
  readonly audit: Pick<Audit, 'record'>;
  readonly live: Live;
  readonly clock: Clock;
  readonly log: Log;
  readonly jobs: Jobs;
  readonly projects: Projects;
  readonly codebase: CodebaseService;
  readonly github: GitHub['service'];
  readonly cards: Cards;
  readonly models: Pick<Models, 'forJob' | 'requireCandidate'>;
  /** Has everything that this person watches checked again, once the transaction has committed. */
  readonly accessChanged: (db: Db, userId: Id<'user'>) => Promise<void>;
}

const emptyKeptMs = 7 * 86_400_000;

/** Conversations with DAifu. Registers `chat.turn` and `chat.compact`. */
export function createChat(deps: ChatDeps) {
  const { database, jobs } = deps;
  const readerOf = (ctx: Context, project: Project) => createReader(deps, ctx, project);
  const gather = createGather({ ...deps, recent: createRecent(deps.clock, readerOf) });
  const relay = createRelay({ ...deps, join: joinDeltas });
  const access = createSessionAccess(deps);
  const sessions = createSessionsService(deps, access);
  jobs.register(createTurnJob({ ...deps, relay, gather, readerOf }));
  jobs.register(createCompactJob(deps));
  const messageFor: MessageReader = async (ctx, projectId, messageId) => {
    const message = await database.asUser(ctx.actor.userId, (db) => messageOfProject(db, projectId, messageId));
    return message === undefined ? null : { title: titleOf(message.body), content: message.body };
  };
  deps.cards.onMessageAsked(messageFor);
  deps.cards.onSessionAsked(async (ctx, projectId, id) => {
    const session = await database.asUser(ctx.actor.userId, (db) => sessionOf(db, id));
    return session?.projectId === projectId;
  });
  return {
    /** The project as tools see it, in this person's name. */
    readerOf,
    /** What a message says, to who sees it; null to everybody else. */
    messageFor,
    /** Removes conversations that were begun a week ago and in which nothing was ever said; returns how many. */
    sweep: () =>
      database.asSystem(async (db) => {
        const gone = await deleteEmptySessions(db, new Date(deps.clock.now().getTime() - emptyKeptMs));
        await deps.live.remove(
          db,
          gone.map((id) => `session:${id}`),
        );
        return gone.length;
      }),
    sessions,
    contents: createContentsService(deps, access),
    memories: createMemoriesService(deps, access),
    turns: createTurnService({ ...deps, sessions: access, gather }),
    transfer: createTransfer({ ...deps, access, sessions }),
  };
}

function titleOf(body: string): string {
  return (body.trim().split('\n')[0] ?? '').slice(0, 120) || 'Message';
}
