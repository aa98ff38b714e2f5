import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Secret } from '#platform/config/secret.ts';
import { createSecrets } from './secrets.ts';

// The embedded database only: there is none in it.

const place = ['usr_1', 'projects', 'sealed_token', 'prj_1'];

test('a secret opens with its key in its own place only, and no byte may change (S6)', async () => {
  const dataDir = await makeDataDir();
  const secrets = await createSecrets({ dataDir });
  const sealed = secrets.seal('tökén', place);
  const stranger = await createSecrets({ dataDir: await makeDataDir() });
  const parts = sealed.split('.');
  /** With another first byte of a part: the last character of one may stand for bits that nobody reads. */
  const changedAt = (at: number) => {
    const [first = '', ...rest] = parts.at(at) ?? '';
    return parts.with(at, (first === 'A' ? 'B' : 'A') + rest.join('')).join('.');
  };

  expect((await createSecrets({ dataDir })).open(sealed, place)).toBe('tökén');
  expect(sealed).not.toContain('tökén');
  expect(secrets.seal('tökén', place)).not.toBe(sealed);
  expect(() => secrets.open(sealed, ['usr_2', ...place.slice(1)])).toThrow('unable to authenticate data');
  expect(() => stranger.open(sealed, place)).toThrow('a key that is not configured');
  expect(() => secrets.open(`v9${sealed.slice(2)}`, place)).toThrow('unknown form');
  for (const at of [-3, -2, -1])
    expect(() => secrets.open(changedAt(at), place)).toThrow('unable to authenticate data');
});

test('the key is readable by its owner only, made once by any number of starts, and a damaged one is refused (S6 S22)', async () => {
  const dataDir = await makeDataDir();

  const [first, second] = await Promise.all([createSecrets({ dataDir }), createSecrets({ dataDir })]);

  expect(second.open(first.seal('x', place), place)).toBe('x');
  expect((await stat(join(dataDir, 'secret.key'))).mode & 0o777).toBe(0o600);
  expect((await readFile(join(dataDir, 'secret.key'), 'utf8')).trim()).toHaveLength(43);
  await writeFile(join(dataDir, 'secret.key'), 'short');
  await expect(createSecrets({ dataDir })).rejects.toThrow('not a key');
});

test('a new key opens what the one before has sealed, says that it is outdated, and seals with itself (S6)', async () => {
  const dataDir = await makeDataDir();
  const [old, next] = ['kT7w-zQ4p_Vn2xR9mB6yH3dL8sF5gJ1c', 'Wq8_rN3k-Xz6vT1mP9bY4hD7sG2fL5jC'].map(
    (text) => new Secret(text),
  );
  const before = await createSecrets({ dataDir });
  const moved = await createSecrets({ dataDir, secret: { current: old ?? null, previous: null } });
  const rotated = await createSecrets({ dataDir, secret: { current: next ?? null, previous: old ?? null } });
  const forgotten = await createSecrets({
    dataDir: await makeDataDir(),
    secret: { current: next ?? null, previous: null },
  });

  const sealed = moved.seal('token', place);

  expect(moved.open(before.seal('from the file', place), place)).toBe('from the file');
  expect(rotated.open(sealed, place)).toBe('token');
  expect([moved.isOutdated(sealed), rotated.isOutdated(sealed)]).toEqual([false, true]);
  expect(rotated.isOutdated(rotated.seal('token', place))).toBe(false);
  expect(() => forgotten.open(sealed, place)).toThrow('YUDAI_SECRET_PREVIOUS');
  expect(rotated.derive('a')).not.toBe(rotated.derive('b'));
  expect(rotated.derive('a')).not.toBe(moved.derive('a'));
});

async function makeDataDir(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'yudai-secrets-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
