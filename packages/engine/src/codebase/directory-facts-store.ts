import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FactsPack, type FactsStore, factsVersion } from '#codebase/facts.ts';

/**
 * Facts as files of one directory, for use without a server. A pack is written beside its place and renamed, so that a killed run
 * leaves whole packs only; several processes may share the directory.
 */
export function directoryFactsStore(directory: string): FactsStore {
  const home = join(directory, `v${factsVersion}`);
  const packOfKey = new Map<string, string>();
  const read = new Set<string>();

  const refresh = async () => {
    const names = (await readdir(home).catch(() => [])).filter((name) => name.endsWith('.keys') && !read.has(name));
    for (const name of names) {
      const keys = (await readFile(join(home, name), 'utf8')).split('\n');
      read.add(name);
      for (const key of keys) packOfKey.set(key, name.slice(0, -'.keys'.length));
    }
  };

  return {
    async known(keys) {
      await refresh();
      return new Set(keys.filter((key) => packOfKey.has(key)));
    },
    async save(pack) {
      await mkdir(home, { recursive: true });
      const id = createHash('sha256').update(pack.keys.join('\n')).digest('hex').slice(0, 32);
      // The keys make the pack visible, so they come last.
      await writeWhole(join(home, `${id}.pack`), pack.bytes);
      await writeWhole(join(home, `${id}.keys`), pack.keys.join('\n'));
      read.add(`${id}.keys`);
      for (const key of pack.keys) packOfKey.set(key, id);
    },
    async *load(keys) {
      await refresh();
      const ids = new Set(keys.flatMap((key) => packOfKey.get(key) ?? []));
      for (const id of ids) yield await readPack(home, id);
    },
  };
}

async function readPack(home: string, id: string): Promise<FactsPack> {
  const [keys, bytes] = await Promise.all([
    readFile(join(home, `${id}.keys`), 'utf8'),
    readFile(join(home, `${id}.pack`)),
  ]);
  return { version: factsVersion, keys: keys.split('\n'), bytes };
}

async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, content, { flush: true });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
