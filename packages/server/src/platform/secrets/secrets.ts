import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Keeps what must not be readable in a dump of the database. */
export interface Secrets {
  /** Encrypts; `place` (owner, table, column, row) is bound to it, so that it cannot be moved to another row. */
  seal(text: string, place: readonly string[]): string;
  /** The text again. Throws when the key, the place or a byte is another. */
  open(sealed: string, place: readonly string[]): string;
}

/** AES-256-GCM with the key file of the data directory, which is made with the first start and readable by its owner only. */
export async function createSecrets(options: { readonly dataDir: string }): Promise<Secrets> {
  const key = await readOrMakeKey(options.dataDir);
  return {
    seal(text, place) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(bindingOf(place));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return ['v1', ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.');
    },
    open(sealed, place) {
      const [version, iv = '', tag = '', text = ''] = sealed.split('.');
      if (version !== 'v1') throw new Error('A stored secret has an unknown form.');
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength: 16 })
        .setAAD(bindingOf(place))
        .setAuthTag(Buffer.from(tag, 'base64url'));
      return Buffer.concat([decipher.update(Buffer.from(text, 'base64url')), decipher.final()]).toString('utf8');
    },
  };
}

/** Two nodes that start at once end with the same key: a link is made only where there is none. */
async function readOrMakeKey(dataDir: string): Promise<Buffer> {
  const path = join(dataDir, 'secret.key');
  const known = await readKey(path);
  if (known !== null) return known;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx', flush: true });
    await link(draft, path).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  const made = await readKey(path);
  if (made === null) throw new Error('The key file of the data directory cannot be read back.');
  return made;
}

async function readKey(path: string): Promise<Buffer | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const key = Buffer.from(text.trim(), 'base64url');
  if (key.length !== 32)
    throw new Error('The file secret.key in the data directory is not a key. Restore it from a backup.');
  return key;
}

function bindingOf(place: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(place));
}
