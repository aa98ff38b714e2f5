import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as soon } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLog, type Log, scrubSecrets, withLogFields } from '#platform/log/index.ts';
import { secretPart, secretShapes } from '#testing/secret-shapes.ts';

// The embedded database only: there is none in it.

test.each(Object.entries(secretShapes))(
  '%s is taken out, wherever in a line it stands (S17 N13)',
  async (_name, secret) => {
    const { log, lines } = await captured();

    log.info(`message ${secret} end`);
    log.info({ field: secret }, 'field');
    log.info({ deep: { list: [{ text: `x ${secret}` }] } }, 'nested');
    log.error({ err: new Error(`failed for ${secret}`, { cause: new Error(secret) }) }, 'error');

    expect(lines).toHaveLength(4);
    for (const line of lines) {
      expect(line).toContain('[redacted]');
      expect(line).not.toMatch(secretPart);
      expect(() => JSON.parse(line)).not.toThrow();
    }
  },
);

test('fields with secret names are redacted at every level that is logged', async () => {
  const { log, lines } = await captured();

  log.info(
    { token: 'short1', nested: { token: 'short2', headers: { authorization: 'short3', cookie: 'short4' } } },
    'x',
  );

  expect(lines.join()).not.toMatch(/short\d/);
});

test.each([
  'src/tokenizer/parse-token.ts: const token = readToken(source)',
  'the skeleton of sk-learn and npm_config_registry, https://example.org/a@b',
  'commit 0123456789abcdef0123456789abcdef01234567',
])('ordinary text stays as it is: %s', (text) => {
  expect(scrubSecrets(text)).toContain(text.slice(0, 25));
});

test('what runs in a request or job carries its id in every line (N7)', async () => {
  const { log, lines } = await captured();

  await withLogFields({ requestId: 'r1' }, async () => {
    await soon();
    withLogFields({ jobId: 'j1' }, () => log.info('inside'));
  });
  log.info('outside');

  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ requestId: 'r1', jobId: 'j1' }, { msg: 'outside' }]);
  expect(lines[1]).not.toContain('r1');
});

test('parameters of a failed query are not logged, its words and stack are', async () => {
  const { log, lines } = await captured();
  const error = Object.assign(new Error('Failed query: select 1\nparams: private words'), { rows: ['private words'] });

  log.error({ err: error }, 'x');

  expect(lines[0]).toContain('Failed query');
  expect(lines[0]).toContain('log.test.ts');
  expect(lines[0]).not.toContain('private words');
});

test('the log file turns over at 10 MB, and five files are kept (O1)', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'yudai-log-'));
  const { log } = await captured(join(folder, 'yudai.log'));
  const megabyte = 'word '.repeat(200_000);

  for (let i = 0; i < 75; i += 1) {
    log.info({ i, megabyte }, 'line');
    // Lets the file be written and turned over, as it is in real life.
    for (let turn = 0; turn < 5; turn += 1) await soon();
  }
  await expect.poll(async () => (await readdir(folder)).filter((name) => name.endsWith('.log')).length).toBe(5);

  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
  expect(Math.max(...sizes)).toBeLessThan(13 * 1024 * 1024);
  // A file may still be turned over while the folder goes.
  await rm(folder, { recursive: true, maxRetries: 20, retryDelay: 100 });
});

async function captured(file: string | null = null): Promise<{ log: Log; lines: string[] }> {
  const lines: string[] = [];
  const log = await createLog({ level: 'trace', file, format: 'json', write: (line) => lines.push(line) });
  return { log, lines };
}
