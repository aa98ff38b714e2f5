import type { GithubIssue, GithubPullRequest, GithubRepository } from '@yudai/contract';
import { z } from 'zod';
import type { Clock } from '#kernel/clock.ts';
import type { Database, Db } from '#platform/db/index.ts';
import { issueAnswer, pullRequestAnswer, repositoryAnswer } from './answers.ts';
import { putIssues, putPullRequests, removeIssue } from './mirror-store.ts';
import {
  deleteRepository,
  forgetDeliveries,
  knowsRepository,
  markRevoked,
  noteDelivery,
  ownersOfAccount,
  putRepositories,
  revokeAccess,
  revokeEverybody,
} from './store.ts';

/** What happened in a repository, for features that know who works with it. */
export type RepositoryEvent = {
  readonly repositoryId: number;
  readonly fullName: string;
} & (
  | { readonly kind: 'push'; readonly branch: string; readonly defaultBranch: string; readonly after: string }
  | {
      readonly kind: 'issue';
      readonly number: number;
      readonly action: string;
      /** The label that was put on it now, and by whom. */
      readonly labeled: { readonly name: string; readonly by: GithubActor } | null;
    }
  | { readonly kind: 'pull_request'; readonly number: number; readonly action: string }
  /** Somebody wrote a comment, on an issue or on a pull request. */
  | {
      readonly kind: 'comment';
      readonly number: number;
      readonly onPullRequest: boolean;
      readonly body: string;
      readonly by: GithubActor;
    }
  /** `failed` is the name of a check that has come to a bad end. */
  | { readonly kind: 'checks'; readonly sha: string; readonly failed: string | null }
);

/** Who did something on GitHub, whether or not they use Yudai. */
export interface GithubActor {
  readonly githubId: number;
  readonly login: string;
  /** No program. */
  readonly isPerson: boolean;
}

/** What a later feature does when GitHub tells of a repository; it queries and starts jobs, in the transaction it is given. */
export type OnRepositoryEvent = (db: Db, event: RepositoryEvent) => Promise<void>;

export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly payload: unknown;
}

export type Outcome = 'handled' | 'duplicate' | 'ignored';
export type HandleDelivery = (delivery: Delivery) => Promise<Outcome>;

const repository = z.object({ repository: repositoryAnswer });
const action = z.object({ action: z.string() });
const actor = z
  .object({ id: z.number().int(), login: z.string(), type: z.string().default('User') })
  .transform(({ id, login, type }): GithubActor => ({ githubId: id, login, isPerson: type === 'User' }));
const concluded = { conclusion: z.string().nullish() };
const badEnds = new Set(['failure', 'timed_out', 'startup_failure']);
const payloads = {
  push: repository.extend({
    ref: z.string(),
    after: z.string(),
    deleted: z.boolean().default(false),
  }),
  issues: repository.extend({
    action: z.string(),
    issue: issueAnswer,
    label: z.object({ name: z.string() }).nullish().catch(null),
    sender: actor.nullish().catch(null),
    comment: z.object({ body: z.string(), user: actor }).nullish().catch(null),
  }),
  pullRequest: repository.extend({ action: z.string(), pull_request: pullRequestAnswer }),
  checkSuite: repository.extend({ action: z.string(), check_suite: z.object({ head_sha: z.string(), ...concluded }) }),
  checkRun: repository.extend({
    action: z.string(),
    check_run: z.object({ head_sha: z.string(), name: z.string().default('check'), ...concluded }),
  }),
  repository: repository.extend({ action: z.string() }),
  member: repository.extend({ action: z.string(), member: z.object({ id: z.number().int() }) }),
  authorization: action.extend({ sender: z.object({ id: z.number().int() }) }),
};

const deliveriesLastMs = 7 * 24 * 3600 * 1000;

/**
 * Handles a delivery once, in one transaction with the note of its id, so that a crash loses nothing and a redelivery changes nothing. What
 * arrives late is older than what is kept, by its own time of change, and stays out.
 */
export function createHandleDelivery(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly reactions: readonly OnRepositoryEvent[];
}): HandleDelivery {
  const { database, clock, reactions } = deps;

  async function tell(db: Db, found: GithubRepository, event: WithoutRepository): Promise<void> {
    for (const react of reactions) await react(db, { repositoryId: found.id, fullName: found.fullName, ...event });
  }

  return ({ id, event, payload }) =>
    database.asSystem(async (db) => {
      const now = clock.now();
      if (!(await noteDelivery(db, { id, event, receivedAt: now }))) return 'duplicate';
      await forgetDeliveries(db, new Date(now.getTime() - deliveriesLastMs));
      return handle(db, event, payload, now);
    });

  async function handle(db: Db, event: string, payload: unknown, now: Date): Promise<Outcome> {
    switch (event) {
      case 'push':
        return known(db, payloads.push, payload, async (push) => {
          const branch = /^refs\/heads\/(.+)$/.exec(push.ref)?.[1];
          if (branch === undefined || push.deleted) return 'ignored';
          const { defaultBranch } = push.repository;
          await tell(db, push.repository, { kind: 'push', branch, defaultBranch, after: push.after });
          return 'handled';
        });
      case 'issues':
      case 'issue_comment':
        return known(db, payloads.issues, payload, (told) => onIssue(db, event, told, now));
      case 'pull_request':
        return known(db, payloads.pullRequest, payload, (told) =>
          onPullRequest(db, told.repository, told.pull_request, told.action, now),
        );
      case 'check_suite':
        return known(db, payloads.checkSuite, payload, (told) =>
          // Which of its checks failed is told of each by itself.
          onChecks(db, told.repository, told.check_suite.head_sha, null),
        );
      case 'check_run':
        return known(db, payloads.checkRun, payload, (told) =>
          onChecks(db, told.repository, told.check_run.head_sha, failedIn(told.check_run)),
        );
      case 'repository':
        return known(db, payloads.repository, payload, (told) => onRepository(db, told.repository, told.action, now));
      case 'member':
        return known(db, payloads.member, payload, async (told) => {
          const owners = await ownersOfAccount(db, told.member.id);
          for (const ownerId of owners) await revokeAccess(db, ownerId, told.repository.id);
          return 'handled';
        });
      case 'github_app_authorization': {
        const told = payloads.authorization.safeParse(payload);
        if (!told.success || told.data.action !== 'revoked') return 'ignored';
        await markRevoked(db, told.data.sender.id);
        return 'handled';
      }
      default:
        return 'ignored';
    }
  }

  async function onIssue(db: Db, event: string, told: z.infer<typeof payloads.issues>, now: Date): Promise<Outcome> {
    const { issue, isPullRequest } = told.issue;
    const { comment } = told;
    if (event === 'issue_comment' && told.action === 'created' && comment?.user.isPerson === true) {
      const said = { number: issue.number, onPullRequest: isPullRequest, body: comment.body, by: comment.user };
      await tell(db, told.repository, { kind: 'comment', ...said });
      if (isPullRequest) return 'handled';
    }
    if (isPullRequest) return 'ignored';
    const gone = event === 'issues' && (told.action === 'deleted' || told.action === 'transferred');
    if (gone) await removeIssue(db, told.repository.id, issue.number);
    else await putIssues(db, told.repository.id, [issue satisfies GithubIssue], now);
    const by = told.sender ?? null;
    const name = event === 'issues' && told.action === 'labeled' ? told.label?.name : undefined;
    const labeled = name !== undefined && by !== null ? { name, by } : null;
    await tell(db, told.repository, { kind: 'issue', number: issue.number, action: told.action, labeled });
    return 'handled';
  }

  async function onPullRequest(
    db: Db,
    found: GithubRepository,
    pull: GithubPullRequest,
    what: string,
    now: Date,
  ): Promise<Outcome> {
    await putPullRequests(db, found.id, [pull], now);
    await tell(db, found, { kind: 'pull_request', number: pull.number, action: what });
    return 'handled';
  }

  async function onChecks(db: Db, found: GithubRepository, sha: string, failed: string | null): Promise<Outcome> {
    await tell(db, found, { kind: 'checks', sha, failed });
    return 'handled';
  }

  async function onRepository(db: Db, found: GithubRepository, what: string, now: Date): Promise<Outcome> {
    if (what === 'deleted') await deleteRepository(db, found.id);
    else await putRepositories(db, [found], now);
    // Who may see it has changed, so everybody is shown it anew by GitHub.
    if (what === 'privatized' || what === 'transferred') await revokeEverybody(db, found.id);
    return 'handled';
  }
}

function failedIn({ name, conclusion }: { readonly name: string; readonly conclusion?: string | null | undefined }) {
  return badEnds.has(conclusion ?? '') ? name : null;
}

type WithoutRepository = RepositoryEvent extends infer Event
  ? Event extends RepositoryEvent
    ? Omit<Event, 'repositoryId' | 'fullName'>
    : never
  : never;

/** Only repositories that somebody here has been shown are of interest; whatever else the app is told is left alone. */
async function known<T extends { repository: GithubRepository }>(
  db: Db,
  schema: z.ZodType<T>,
  payload: unknown,
  work: (told: T) => Promise<Outcome>,
): Promise<Outcome> {
  const told = schema.safeParse(payload);
  if (!told.success || !(await knowsRepository(db, told.data.repository.id))) return 'ignored';
  return work(told.data);
}
