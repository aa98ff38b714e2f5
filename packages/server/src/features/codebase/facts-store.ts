import { createHash } from 'node:crypto';
import { factsVersion, type FactsPack, type FactsStore } from '@yudai/engine/facts';
import type { Id } from '@yudai/contract';
import type { Database } from '#platform/db/index.ts';
import { deletePacks, insertPack, keysOfPacks, packBytes } from './store.ts';

// Facts of branches visited before are kept until they outnumber the current ones by this factor.
const keptFactor = 3;

/**
 * The engine's facts in the database, for one project. Every pack is its own transaction, so that a run that dies keeps what it has
 * parsed.
 */
export function createFactsStore(database: Database, userId: Id<'user'>, projectId: Id<'project'>): FactsStore {
  const asPerson = <T>(work: Parameters<typeof database.asUser<T>>[1]) => database.asUser(userId, work);
  return {
    async known(keys) {
      const stored = await asPerson((db) => keysOfPacks(db, projectId, factsVersion));
      const all = new Set(stored.flatMap((pack) => pack.keys));
      return new Set(keys.filter((key) => all.has(key)));
    },
    async save(pack) {
      await asPerson((db) => insertPack(db, projectId, idOf(pack), pack));
    },
    async *load(keys) {
      const wanted = new Set(keys);
      const stored = await asPerson((db) => keysOfPacks(db, projectId, factsVersion));
      for (const { id, keys: held } of stored) {
        if (!held.some((key) => wanted.has(key))) continue;
        const bytes = await asPerson((db) => packBytes(db, projectId, id));
        if (bytes !== undefined) yield { version: factsVersion, keys: held, bytes };
      }
    },
  };
}

/** Throws away packs that hold nothing of the current snapshot once they outweigh it, and every pack of another version. */
export async function pruneFacts(
  database: Database,
  userId: Id<'user'>,
  projectId: Id<'project'>,
  current: ReadonlySet<string>,
): Promise<void> {
  await database.asUser(userId, async (db) => {
    const stored = await keysOfPacks(db, projectId);
    const outdated = stored.filter(({ version }) => version !== factsVersion);
    const valid = stored.filter(({ version }) => version === factsVersion);
    const unused = valid.filter(({ keys }) => !keys.some((key) => current.has(key)));
    const total = valid.reduce((sum, { keys }) => sum + keys.length, 0);
    const gone = total > keptFactor * current.size ? [...outdated, ...unused] : outdated;
    await deletePacks(
      db,
      projectId,
      gone.map(({ id }) => id),
    );
  });
}

function idOf(pack: FactsPack): string {
  return createHash('sha256').update(pack.keys.toSorted().join('\n')).digest('hex');
}
