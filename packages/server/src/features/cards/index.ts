import type { CodebaseService } from '#features/codebase/index.ts';
import type { GitHub } from '#features/github/index.ts';
import type { Projects } from '#features/projects/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#platform/db/index.ts';
import type { Limits } from '#platform/limits/index.ts';
import type { Live } from '#platform/live/index.ts';
import type { SessionCheck } from './make-cards.ts';
import type { MessageReader } from './read-source.ts';
import { createCardsService } from './service.ts';

export { createCardsRoutes } from './routes.ts';
export type { MessageReader } from './read-source.ts';
export type { CardContent } from './service.ts';

export type Cards = ReturnType<typeof createCards>;

/** What people keep for later: pieces of code, issues, pages, notes; and what a chat is given of them. */
export function createCards(deps: {
  readonly database: Database;
  readonly projects: Pick<Projects, 'require' | 'gitDirOf'>;
  readonly codebase: CodebaseService;
  readonly github: GitHub['service'];
  readonly live: Live;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly settings: { readonly allowInsecureLoopback: boolean };
}) {
  let readMessage: MessageReader | null = null;
  let hasSession: SessionCheck | null = null;
  const { projects, settings } = deps;
  const service = createCardsService({
    ...deps,
    ...settings,
    gitDirOf: projects.gitDirOf,
    readMessage: () => readMessage,
    hasSession: () => hasSession,
  });
  return {
    service,
    heads: service.heads,
    contentFor: service.contentFor,
    /** A later feature lets its messages be kept as cards. */
    onMessageAsked: (reader: MessageReader) => {
      readMessage = reader;
    },
    /** A later feature says of a session whether the person sees it in this project; until then there are none. */
    onSessionAsked: (check: SessionCheck) => {
      hasSession = check;
    },
  };
}
