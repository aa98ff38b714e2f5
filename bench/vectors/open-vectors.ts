import type pg from 'pg';
import { insertVectors, nearestChunks } from '../../packages/server/src/features/codebase/vector-store.ts';
import { createAccounts } from '../../packages/server/src/features/accounts/index.ts';
import { systemClock } from '../../packages/server/src/kernel/clock.ts';
import { newId } from '../../packages/server/src/kernel/ids.ts';
import { openDatabase } from '../../packages/server/src/platform/db/index.ts';
import { silentLog } from '../../packages/server/src/platform/log/index.ts';

export interface Vectors {
  fill(vectors: readonly Float32Array[]): Promise<void>;
  /** Keys of the nearest by the index, as a search finds them. */
  nearest(query: Float32Array, limit: number): Promise<string[]>;
  /** Keys of the nearest by reading every row. */
  exactly(query: Float32Array, limit: number): Promise<string[]>;
  close(): Promise<void>;
}

const model = 'bench';
const batch = 64;

/** A new database with one project whose vectors are read and written as the server does. */
export async function openVectors(place: { dataDir: string } | { url: string }): Promise<Vectors> {
  const database = await openDatabase({ ...place, log: silentLog() });
  const owner = await createAccounts({ database, clock: systemClock }).ensureLocalOwner();
  const projectId = newId('project', new Date());
  await asOwner(
    `insert into projects (id, owner_id, name, origin, source_kind, source_address, status, created_at, updated_at)
     values ($1, $2, 'bench', 'connected', 'folder', '/bench', 'ready', now(), now())`,
    [projectId, owner.id],
  );

  /** One statement in a transaction of its own, without indexes for order, as the person whose rows these are. */
  async function asOwner<T extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<T[]> {
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      await client.query(`select set_config('app.user_id', $1, true), set_config('enable_indexscan', 'off', true)`, [
        owner.id,
      ]);
      const { rows } = await client.query<T>(text, [...values]);
      await client.query('commit');
      return rows;
    } finally {
      client.release();
    }
  }

  return {
    async fill(vectors) {
      for (let at = 0; at < vectors.length; at += batch) {
        const rows = vectors.slice(at, at + batch).map((vector, n) => ({
          blob: String(at + n),
          startLine: 1,
          endLine: 20,
          embedding: [...vector],
        }));
        await database.asUser(owner.id, (db) => insertVectors(db, owner.id, projectId, model, rows));
      }
      await database.pool.query('analyze codebase_vectors');
    },
    async nearest(query, limit) {
      const found = await database.asUser(owner.id, (db) => nearestChunks(db, projectId, model, query, limit));
      return found.map(({ blob }) => blob);
    },
    async exactly(query, limit) {
      const rows = await asOwner<{ blob: string }>(
        'select blob from codebase_vectors where project_id = $1 and model = $2 order by embedding <=> $3::vector limit $4',
        [projectId, model, JSON.stringify([...query]), limit],
      );
      return rows.map(({ blob }) => blob);
    },
    close: () => database.close(),
  };
}
