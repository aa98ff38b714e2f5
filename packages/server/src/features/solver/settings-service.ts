import {
  type Id,
  type ProjectCheck,
  type SolverSettings,
  type SolverSettingsOfProject,
  standardSolveSettings,
} from '@yudai/contract';
import { listTree, openBlobReader } from '@yudai/engine/checkout';
import type { Check, SetUp } from '@yudai/engine/verify';
import type { Audit } from '#features/audit/index.ts';
import type { CodebaseService } from '#features/codebase/index.ts';
import type { Context } from '#kernel/context.ts';
import type { Db } from '#platform/db/index.ts';
import type { Agents } from './agents.ts';
import type { OfProject, SolverDeps } from './access.ts';
import { storable } from './storable.ts';
import { findingsOf, saveFindings, saveSettings, settingsOf } from './store.ts';

export interface SettingsDeps extends SolverDeps {
  readonly audit: Pick<Audit, 'record'>;
  readonly codebase: Pick<CodebaseService, 'head'>;
  readonly agents: Pick<Agents, 'require'>;
}

type Detected = SolverSettingsOfProject['detected'];

export const standardSolverSettings: SolverSettings = {
  setUp: null,
  hosts: [],
  defaults: standardSolveSettings,
  label: null,
  followUps: true,
};

/** Larger files are not manifests. */
const largestManifest = 1_000_000;

/** How a project is solved in: what was found in its files, and what people have set. */
export function createSettingsService(deps: SettingsDeps) {
  const { database, projects, codebase } = deps;

  /** What the indexed files call for. Looked for once for each tree; empty while nothing is indexed. */
  async function detect(ctx: Context, projectId: Id<'project'>): Promise<Detected> {
    const { head, known } = await database.asUser(ctx.actor.userId, async (db) => ({
      head: await codebase.head(db, projectId),
      known: await findingsOf(db, projectId),
    }));
    if (head === undefined) return { setUp: [], checks: [] };
    if (known?.tree === head.tree) return known.detected;
    const detected = storable(await findIn(projects.gitDirOf(projectId), head.tree, ctx.signal));
    // A viewer may look, and is the first to; what is found is the system's to keep.
    await database.asSystem((db) => saveFindings(db, { projectId, tree: head.tree, detected }));
    return detected;
  }

  async function read(ctx: Context, { projectId }: OfProject): Promise<SolverSettingsOfProject> {
    const settings = await database.asUser(ctx.actor.userId, (db) => settingsIn(db, projectId));
    return { settings, detected: await detect(ctx, projectId) };
  }

  return {
    async get(ctx: Context, input: OfProject): Promise<SolverSettingsOfProject> {
      await projects.require(ctx, input.projectId, 'solver.read');
      return read(ctx, input);
    },

    async update(
      ctx: Context,
      { projectId, settings }: OfProject & { readonly settings: SolverSettings },
    ): Promise<SolverSettingsOfProject> {
      await projects.require(ctx, projectId, 'project.update');
      await deps.agents.require(settings.defaults.attempts);
      await database.asUser(ctx.actor.userId, async (db) => {
        await saveSettings(db, projectId, settings);
        const { setUp, hosts, defaults, label, followUps } = settings;
        const details = {
          setUp: setUp?.flatMap(({ commands }) => commands) ?? null,
          hosts,
          defaults,
          label,
          followUps,
        };
        await deps.audit.record(db, ctx, { action: 'solver.settings_changed', projectId, details });
      });
      return read(ctx, { projectId });
    },
  };
}

export async function settingsIn(db: Db, projectId: Id<'project'>): Promise<SolverSettings> {
  return (await settingsOf(db, projectId)) ?? standardSolverSettings;
}

async function findIn(gitDir: string, tree: string, signal: AbortSignal): Promise<Detected> {
  const { filesForChecks, findChecks } = await import('@yudai/engine/verify');
  const blobs = new Map<string, { blob: string; size: number | null }>();
  for await (const { path, kind, blob, size } of listTree(gitDir, tree, { signal })) {
    if (kind === 'file' || kind === 'executable') blobs.set(path, { blob, size });
  }
  const paths = [...blobs.keys()];
  await using reader = openBlobReader(gitDir);
  const texts = new Map<string, string>();
  for (const path of filesForChecks(paths)) {
    const found = blobs.get(path);
    if (found === undefined || (found.size ?? Infinity) > largestManifest) continue;
    texts.set(path, (await reader.read(found.blob)).toString('utf8'));
  }
  const checks = findChecks({ paths, text: (path) => texts.get(path) ?? null });
  return { setUp: distinctSetUps(checks), checks: checks.slice(0, 50).map(toProjectCheck) };
}

function distinctSetUps(checks: readonly Check[]): Detected['setUp'] {
  const known = new Map<string, SetUp>();
  for (const { setup } of checks) {
    if (setup.commands.length > 0) known.set(JSON.stringify([setup.directory, setup.commands]), setup);
  }
  return [...known.values()].slice(0, 10).map(({ directory, commands, cacheKey }) => ({
    directory,
    commands: [...commands],
    cacheKey: [...cacheKey],
  }));
}

function toProjectCheck({ kind, directory, command, runner, report }: Check): ProjectCheck & {
  runner: string;
  readable: boolean;
} {
  return { kind, directory, command, runner, readable: report !== null };
}
