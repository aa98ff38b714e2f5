import type { Failure, Id, Job, Permission, Project, ProjectSource, SourceInspection } from '@yudai/contract';
import type { OnProgress } from '@yudai/engine/checkout';
import type { Audit } from '#features/audit/index.ts';
import type { GitHub } from '#features/github/index.ts';
import { notFound } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import { decodeCursor, encodeCursor } from '#kernel/cursor.ts';
import { newId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Database, Db } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import type { Live } from '#platform/live/index.ts';
import type { Secrets } from '#platform/secrets/index.ts';
import { type ActiveJobs, cancelActiveJobs, readActiveJobs } from './active-jobs.ts';
import { announceProject, type ProjectChange } from './announce.ts';
import { inWords } from './checkout-failure.ts';
import { insertMember } from './member-store.ts';
import { addressOf, nameOf, reach, type Reached } from './repository-source.ts';
import { requirePermission } from './permission.ts';
import type { Snapshot, Sources } from './source.ts';
import {
  changeProject,
  deleteProject,
  insertProject,
  projectIds,
  type OwnProjectRow,
  projectOf,
  type ProjectRow,
  projectsAfter,
  sealedTokens,
  toProject,
} from './store.ts';

export interface ProjectsDeps {
  readonly database: Database;
  readonly live: Live;
  readonly audit: Pick<Audit, 'record'>;
  readonly github: Pick<GitHub, 'cloneAccess'>;
  readonly clock: Clock;
  readonly jobs: Pick<Jobs, 'start' | 'list' | 'cancel'>;
  readonly secrets: Secrets;
  readonly sources: Sources;
}

export interface ListProjects {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly archived: boolean;
  readonly query?: string | undefined;
}

export interface ConnectProject {
  readonly source: ProjectSource;
  readonly name?: string | undefined;
  readonly ref?: string | undefined;
  readonly token?: string | undefined;
}

export interface Indexed {
  readonly projectId: Id<'project'>;
  /** The commit, or for a folder without one the tree. */
  readonly commit: string;
  readonly ref: string | null;
  readonly fileCount: number;
}

export type ProjectsService = ReturnType<typeof createProjectsService>;

export function createProjectsService(deps: ProjectsDeps) {
  const { database, live, audit, clock, jobs, secrets, sources } = deps;

  /** The project, if the one who asks is in it and may do this there. */
  async function rowOf(ctx: Context, id: Id<'project'>, permission: Permission): Promise<OwnProjectRow> {
    const row = await database.asUser(ctx.actor.userId, (db) => projectOf(db, ctx.actor.userId, id));
    if (row === undefined) throw notFound('project');
    requirePermission(row, permission);
    return row;
  }

  async function present(ctx: Context, row: OwnProjectRow): Promise<Project> {
    return toProject(row, (await readActiveJobs(jobs, ctx, row.id)).get(row.id)?.[0] ?? null);
  }

  const announce = (db: Db, row: Pick<ProjectRow, 'id' | 'ownerId'>, change: ProjectChange): Promise<void> =>
    announceProject(db, live, row, change);

  async function recordChange(db: Db, ctx: Context, before: ProjectRow, after: ProjectRow): Promise<void> {
    const projectId = after.id;
    if (before.name !== after.name) {
      const details = { from: before.name, to: after.name };
      await audit.record(db, ctx, { action: 'project.renamed', projectId, details });
    }
    if (before.archived !== after.archived) {
      await audit.record(db, ctx, { action: after.archived ? 'project.archived' : 'project.unarchived', projectId });
    }
  }

  /** The way to a project's files: always its owner's, whoever of its members asks. */
  function reachOf(ctx: Context, row: OwnProjectRow): Promise<Reached> {
    const token = row.sealedToken === null ? undefined : secrets.open(row.sealedToken, tokenPlace(row));
    const owner = { ...ctx, actor: { ...ctx.actor, userId: row.ownerId } };
    return reach(deps.github, owner, toProject(row, null).source, token);
  }

  async function inspect(reached: Reached, signal: AbortSignal): Promise<SourceInspection> {
    const found = await inWords(sources.inspect(reached.source, reached.token, signal));
    return reached.repository === null ? found : { ...found, source: nameOf(reached) };
  }

  return {
    /** A person's projects, newest first. */
    async list(ctx: Context, input: ListProjects): Promise<{ items: Project[]; nextCursor: string | null }> {
      const rows = await database.asUser(ctx.actor.userId, (db) =>
        projectsAfter(db, ctx.actor.userId, {
          ...input,
          query: input.query,
          limit: input.limit + 1,
          after: afterOf(input.cursor),
        }),
      );
      const active: ActiveJobs = await readActiveJobs(jobs, ctx);
      const page = rows.slice(0, input.limit);
      const last = page.at(-1);
      return {
        items: page.map((row) => toProject(row, active.get(row.id)?.[0] ?? null)),
        nextCursor: rows.length > page.length && last !== undefined ? encodeCursor([last.id]) : null,
      };
    },

    /** What a folder or URL holds, before it is connected. */
    inspect: async (
      ctx: Context,
      input: { source: ProjectSource; token?: string | undefined },
    ): Promise<SourceInspection> => inspect(await reach(deps.github, ctx, input.source, input.token), ctx.signal),

    /** Makes a project and starts to fetch it. What can be refused without waiting for a network is refused here. */
    async connect(ctx: Context, input: ConnectProject): Promise<{ project: Project; job: Job }> {
      const reached = await reach(deps.github, ctx, input.source, input.token);
      const checked = await inWords(sources.check(reached.source, input.ref, ctx.signal));
      const source = reached.repository === null ? checked.source : nameOf(reached);
      const { suggestedName } = checked;
      const now = clock.now();
      const id = newId('project', now);
      const ownerId = ctx.actor.userId;
      const token = source.kind === 'git' ? input.token : undefined;
      return database.asUser(ownerId, async (db) => {
        const name = input.name ?? (suggestedName.slice(0, 200) || 'project');
        await insertProject(db, {
          id,
          ownerId,
          name,
          origin: 'connected',
          sourceKind: source.kind,
          sourceAddress: addressOf(source),
          repositoryId: reached.repository?.id ?? null,
          sealedToken: token === undefined ? null : secrets.seal(token, tokenPlace({ id, ownerId })),
          ref: input.ref ?? null,
          status: 'connecting',
          createdAt: now,
          updatedAt: now,
        });
        await insertMember(db, { projectId: id, userId: ownerId, role: 'owner', since: now });
        await announce(db, { id, ownerId }, 'created');
        const title = `Connect ${name}`;
        const job = await jobs.start(db, {
          kind: 'project.connect',
          ownerId,
          projectId: id,
          title,
          payload: { projectId: id },
        });
        const row = await projectOf(db, ownerId, id);
        invariant(row !== undefined, 'a project that was just made is there');
        await audit.record(db, ctx, {
          action: 'project.connected',
          projectId: id,
          details: { name, source: row.sourceAddress, ref: row.ref },
        });
        return { project: toProject(row, job.id), job };
      });
    },

    get: async (ctx: Context, id: Id<'project'>): Promise<Project> =>
      present(ctx, await rowOf(ctx, id, 'project.read')),

    /** The branches and tags that the source has now. */
    async refs(ctx: Context, id: Id<'project'>): Promise<SourceInspection> {
      const row = await rowOf(ctx, id, 'project.read');
      return inspect(await reachOf(ctx, row), ctx.signal);
    },

    async update(
      ctx: Context,
      input: { id: Id<'project'>; name?: string | undefined; archived?: boolean | undefined },
    ): Promise<Project> {
      const { id, name, archived } = input;
      const row = await database.asUser(ctx.actor.userId, async (db) => {
        const before = await projectOf(db, ctx.actor.userId, id);
        if (before === undefined) throw notFound('project');
        requirePermission(before, 'project.update');
        const changed = await changeProject(db, id, {
          ...(name === undefined ? {} : { name }),
          ...(archived === undefined ? {} : { archived }),
          updatedAt: clock.now(),
        });
        if (changed === undefined) throw notFound('project');
        await announce(db, changed, 'updated');
        await recordChange(db, ctx, before, changed);
        return { ...changed, role: before.role };
      });
      return present(ctx, row);
    },

    /** Stops the project's jobs and deletes everything stored about it; the source itself stays as it is. */
    async delete(ctx: Context, id: Id<'project'>): Promise<{ id: Id<'project'> }> {
      const row = await rowOf(ctx, id, 'project.delete');
      await cancelActiveJobs(jobs, ctx, id);
      await database.asUser(ctx.actor.userId, async (db) => {
        // Said first: afterwards nobody is in it any more.
        await announce(db, row, 'deleted');
        if ((await deleteProject(db, id)) === undefined) return;
        await live.remove(db, [`project:${id}`]);
        await audit.record(db, ctx, {
          action: 'project.deleted',
          projectId: id,
          details: { name: row.name, source: row.sourceAddress },
        });
      });
      await sources.remove(id);
      return { id };
    },

    /** For later features: whether the one who asks is in a project under this id. */
    exists: async (ctx: Context, id: Id<'project'>): Promise<boolean> =>
      (await database.asUser(ctx.actor.userId, (db) => projectOf(db, ctx.actor.userId, id))) !== undefined,

    /** For later features: the project. Throws `not_found` to who is not in it, `forbidden` to who may not do this there. */
    require: async (ctx: Context, id: Id<'project'>, permission: Permission): Promise<Project> =>
      toProject(await rowOf(ctx, id, permission), null),

    /**
     * Brings the project's git directory up to date with its source, at its own branch or another, and says where. Long: for
     * jobs only. Throws CheckoutError, or `not_found` when the project is deleted meanwhile.
     */
    async snapshot(
      ctx: Context,
      id: Id<'project'>,
      options: { ref?: string | null | undefined; signal: AbortSignal; onProgress?: OnProgress | undefined },
    ): Promise<Snapshot> {
      const row = await rowOf(ctx, id, 'codebase.index');
      const { source, token } = await reachOf({ ...ctx, signal: options.signal }, row);
      const ref = options.ref === undefined ? row.ref : options.ref;
      const taken = await sources.snapshot({
        ...options,
        source,
        ref,
        token,
        gitDir: sources.gitDirOf(id),
      });
      const isThere = await database.asUser(ctx.actor.userId, (db) => projectOf(db, ctx.actor.userId, id));
      if (isThere !== undefined) return taken;
      await sources.remove(id);
      throw notFound('project');
    },

    /** Begins to connect, also again after a failure. Throws `not_found`. */
    async begin(ctx: Context, id: Id<'project'>): Promise<void> {
      await database.asUser(ctx.actor.userId, async (db) => {
        const change = { status: 'connecting' as const, failure: null, updatedAt: clock.now() };
        const row = await changeProject(db, id, change);
        if (row === undefined) throw notFound('project');
      });
    },

    /** In a transaction: the files are there. Returns the project's name; null when that was said before. */
    async markConnected(db: Db, id: Id<'project'>): Promise<string | null> {
      const row = await changeProject(db, id, { status: 'ready', failure: null, updatedAt: clock.now() }, [
        'connecting',
      ]);
      if (row !== undefined) await announce(db, row, 'updated');
      return row?.name ?? null;
    },

    /** In a transaction: connecting ended badly. A project that is ready stays so. */
    async markFailed(db: Db, id: Id<'project'>, failure: Failure): Promise<void> {
      const row = await changeProject(db, id, { status: 'failed', failure, updatedAt: clock.now() }, ['connecting']);
      if (row !== undefined) await announce(db, row, 'updated');
    },

    /** In the transaction that stores an index: what is indexed now. Nothing when the project is gone. */
    async markIndexed(db: Db, indexed: Indexed): Promise<void> {
      const now = clock.now();
      const { commit, fileCount, ref } = indexed;
      const change = {
        commit,
        fileCount,
        ref,
        indexedAt: now,
        updatedAt: now,
        status: 'ready' as const,
        failure: null,
      };
      const row = await changeProject(db, indexed.projectId, change);
      if (row !== undefined) await announce(db, row, 'indexed');
    },

    /** In the transaction that corrects what is known of its files: says so to who watches. */
    markCorrected: (db: Db, row: Pick<ProjectRow, 'id' | 'ownerId'>): Promise<void> => announce(db, row, 'corrected'),

    /** At a start: seals with the key of now what the one before it has sealed. */
    reseal: (): Promise<void> =>
      database.asSystem(async (db) => {
        for (const row of await sealedTokens(db)) {
          if (!secrets.isOutdated(row.sealedToken)) continue;
          const token = secrets.open(row.sealedToken, tokenPlace(row));
          await changeProject(db, row.id, { sealedToken: secrets.seal(token, tokenPlace(row)) });
        }
      }),

    /** Removes git directories without a project; once, at the start of the only process that has this data directory. */
    async sweep(): Promise<void> {
      await sources.sweep(await database.asSystem(projectIds));
    },
  };
}

/** A sealed token opens in its own row only. */
function tokenPlace(row: { readonly id: string; readonly ownerId: string }): string[] {
  return [row.ownerId, 'projects', 'sealed_token', row.id];
}

function afterOf(cursor: string | undefined): string | null {
  return cursor === undefined ? null : String(decodeCursor(cursor, 1)[0]);
}
