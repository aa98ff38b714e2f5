import type pg from 'pg';
import { createVectorIndex, type VectorBatch } from '../../packages/engine/src/codebase/index.ts';
import { insertVectors, vectorsAfter } from '../../packages/server/src/features/codebase/vector-store.ts';
import { ensureLocalOwner } from '../../packages/server/src/features/accounts/index.ts';
import { systemClock } from '../../packages/server/src/kernel/clock.ts';
import { newId } from '../../packages/server/src/kernel/ids.ts';
import { openDatabase } from '../../packages/server/src/platform/db/index.ts';
import { silentLog } from '../../packages/server/src/platform/log/index.ts';

export interface Vectors {
  /** Makes a project and stores its vectors, in batches like those of the index job. */
  fill(vectors: readonly Float32Array[]): Promise<void>;
  /** Reads the vectors of the first project into memory, as opening a snapshot does. */
  load(): Promise<void>;
  /** Keys of the nearest of the first project, as a search finds them. */
  nearest(query: Float32Array, limit: number): string[];
  /** Keys of the nearest of the first project by reading every row. */
  exactly(query: Float32Array, limit: number): Promise<string[]>;
  close(): Promise<void>;
}

const model = 'bench';
const batch = 64;
const batchOfLoading = 2000;

/** A new database whose vectors are written and read as the server does. */
export async function openVectors(place: { dataDir: string } | { url: string }, dimensions: number): Promise<Vectors> {
  const database = await openDatabase({ ...place, log: silentLog() });
  const owner = await ensureLocalOwner({ database, clock: systemClock });
  const projectIds: ReturnType<typeof newId<'project'>>[] = [];
  const first = () => projectIds[0] ?? newId('project', new Date());
  let index = createVectorIndex(dimensions).finish();

  /** One statement in a transaction of its own, as the person whose rows these are. */
  async function asOwner<T extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<T[]> {
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      await client.query(`select set_config('app.user_id', $1, true)`, [owner.id]);
      const { rows } = await client.query<T>(text, [...values]);
      await client.query('commit');
      return rows;
    } finally {
      client.release();
    }
  }

  return {
    async fill(vectors) {
      const projectId = newId('project', new Date());
      projectIds.push(projectId);
      await asOwner(
        `insert into projects (id, owner_id, name, origin, source_kind, source_address, status, created_at, updated_at)
         values ($1, $2, $1, 'connected', 'folder', '/bench/' || $1, 'ready', now(), now())`,
        [projectId, owner.id],
      );
      await asOwner(`insert into project_members (project_id, user_id, role, since) values ($1, $2, 'owner', now())`, [
        projectId,
        owner.id,
      ]);
      for (let at = 0; at < vectors.length; at += batch) {
        const rows = vectors.slice(at, at + batch).map((embedding, n) => ({
          blob: String(at + n).padStart(40, '0'),
          startLine: 1,
          endLine: 20,
          embedding,
        }));
        await database.asUser(owner.id, (db) => insertVectors(db, projectId, model, rows));
      }
      await database.pool.query('analyze codebase_vectors');
    },
    async load() {
      const builder = createVectorIndex(dimensions);
      let after: VectorBatch['chunks'][number] | null = null;
      do {
        const read: VectorBatch = await database.asUser(owner.id, (db) =>
          vectorsAfter(db, first(), model, after, batchOfLoading),
        );
        builder.add(read);
        after = read.chunks.at(-1) ?? null;
      } while (after !== null);
      index = builder.finish();
    },
    nearest: (query, limit) => index.nearest(query, limit).map(({ blob }) => blob),
    async exactly(query, limit) {
      const rows = await asOwner<{ blob: string }>(
        'select blob from codebase_vectors where project_id = $1 and model = $2 order by embedding <=> $3::vector limit $4',
        [first(), model, JSON.stringify([...query]), limit],
      );
      return rows.map(({ blob }) => blob);
    },
    close: () => database.close(),
  };
}
