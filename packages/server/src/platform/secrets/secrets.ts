import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Secret } from '#platform/config/index.ts';

/** Keeps what must not be readable in a dump of the database. */
export interface Secrets {
  /** Encrypts; `place` (owner, table, column, row) is bound to it, so that it cannot be moved to another row. */
  seal(text: string, place: readonly string[]): string;
  /** The text again. Throws when the key, the place or a byte is another. */
  open(sealed: string, place: readonly string[]): string;
  /** Whether it was sealed with another key than `seal` uses now: the one before it. */
  isOutdated(sealed: string): boolean;
  /** A key for one purpose, the same at every start and on every node (HKDF, RFC 5869). */
  derive(purpose: string): string;
}

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * AES-256-GCM with the configured key, else with the key file of the data directory, which is made with the first start and readable by
 * its owner only. The key before the current one opens what it has sealed.
 */
export async function createSecrets(options: {
  readonly dataDir: string;
  readonly secret?: { readonly current: Secret | null; readonly previous: Secret | null };
}): Promise<Secrets> {
  const { current = null, previous = null } = options.secret ?? {};
  const first = toKey(current === null ? await readOrMakeKey(options.dataDir) : keyOf(current));
  // Somebody who moves from the file to the environment has sealed with the file.
  const fromFile = current === null ? null : await readKey(join(options.dataDir, 'secret.key'));
  const others = [previous === null ? null : keyOf(previous), fromFile].flatMap((key) =>
    key === null ? [] : [toKey(key)],
  );
  const keys = [first, ...others];
  return {
    seal(text, place) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', first.bytes, iv).setAAD(bindingOf(place));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return ['v2', first.id, ...[iv, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.');
    },
    open(sealed, place) {
      const { keyId, iv, tag, text } = partsOf(sealed);
      const candidates = keyId === null ? keys : keys.filter(({ id }) => id === keyId);
      for (const [index, key] of candidates.entries()) {
        try {
          const decipher = createDecipheriv('aes-256-gcm', key.bytes, iv, { authTagLength: 16 })
            .setAAD(bindingOf(place))
            .setAuthTag(tag);
          return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
        } catch (error) {
          if (index === candidates.length - 1) throw error;
        }
      }
      throw new Error('A stored secret was sealed with a key that is not configured. Set YUDAI_SECRET_PREVIOUS to it.');
    },
    isOutdated: (sealed) => partsOf(sealed).keyId !== first.id,
    derive: (purpose) => Buffer.from(hkdfSync('sha256', first.bytes, '', purpose, 32)).toString('base64url'),
  };
}

/** `v1` is from before keys had names. */
function partsOf(sealed: string): { keyId: string | null; iv: Buffer; tag: Buffer; text: Buffer } {
  const parts = sealed.split('.');
  const version = parts.shift();
  if (version !== 'v1' && version !== 'v2') throw new Error('A stored secret has an unknown form.');
  const keyId = version === 'v2' ? (parts.shift() ?? '') : null;
  const [iv = Buffer.alloc(0), tag = Buffer.alloc(0), text = Buffer.alloc(0)] = parts.map((part) =>
    Buffer.from(part, 'base64url'),
  );
  return { keyId, iv, tag, text };
}

/** Whatever its length, 32 bytes; it has enough of them to begin with (`strongSecret`). */
function keyOf(secret: Secret): Buffer {
  return Buffer.from(hkdfSync('sha256', secret.reveal(), '', 'yudai secrets', 32));
}

function toKey(bytes: Buffer): Key {
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes };
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
