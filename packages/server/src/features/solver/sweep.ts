import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { idSchema } from '@yudai/contract';
import type { Sandbox } from '@yudai/engine/sandbox';
import type { Database } from '#platform/db/index.ts';
import { projectsWithSolves, solvesAmong } from './store.ts';

interface SweepDeps {
  readonly database: Database;
  readonly sandbox: Sandbox;
  /** Where boxes keep logs and snapshots. */
  readonly folder: string;
}

const solveId = idSchema('solve');
const projectId = idSchema('project');

/**
 * Removes from this node what nobody comes back to: boxes that a process left which is gone, unless their solve goes on, logs of solves that are gone,
 * and snapshots of projects in which nothing is solved. Returns how many of them there were.
 */
export function createSweep({ database, sandbox, folder }: SweepDeps): () => Promise<number> {
  async function sweepBoxes(): Promise<number> {
    const left = (await sandbox.leftBehind()).map((box) => ({ box, solve: solveId.safeParse(box.split('-')[0]).data }));
    const ids = left.flatMap(({ solve }) => (solve === undefined ? [] : [solve]));
    const open = new Set(
      (await database.asSystem((db) => solvesAmong(db, ids)))
        .filter(({ status }) => status !== 'finished')
        .map(({ id }) => id),
    );
    const gone = left.filter(({ solve }) => solve === undefined || !open.has(solve));
    // One that was taken meanwhile says so, and is not removed.
    for (const { box } of gone) await sandbox.discard(box);
    return gone.length;
  }

  async function sweepLogs(): Promise<number> {
    const ids = (await namesIn(join(folder, 'logs'))).flatMap((name) => solveId.safeParse(name).data ?? []);
    const known = new Set((await database.asSystem((db) => solvesAmong(db, ids))).map(({ id }) => id));
    return remove(ids.filter((id) => !known.has(id)).map((id) => join(folder, 'logs', id)));
  }

  async function sweepSnapshots(): Promise<number> {
    const ids = (await namesIn(join(folder, 'snapshots'))).flatMap((name) => projectId.safeParse(name).data ?? []);
    const known = new Set(await database.asSystem((db) => projectsWithSolves(db, ids)));
    return remove(ids.filter((id) => !known.has(id)).map((id) => join(folder, 'snapshots', id)));
  }

  return async () => (await sweepBoxes()) + (await sweepLogs()) + (await sweepSnapshots());
}

async function namesIn(folder: string): Promise<string[]> {
  // Before the first solve there is none.
  return readdir(folder).catch(() => []);
}

async function remove(paths: readonly string[]): Promise<number> {
  for (const path of paths) await rm(path, { recursive: true, force: true });
  return paths.length;
}
