import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as soon } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLog, type Log, scrubSecrets, withLogFields } from '#platform/log/index.ts';

const digits = '0123456789abcdefABCDEF0123456789abcdef01';

/** Built at run time, so that no scanner takes this file for a leak. */
const shapes: Record<string, string> = {
  githubClassic: `ghp_${digits}`,
  githubServer: `ghs_${digits}`,
  githubFine: `github_pat_${digits}`,
  gitlab: `glpat-${digits.slice(0, 20)}`,
  bitbucket: `ATBB${digits}`,
  openai: `sk-proj-${digits}`,
  openaiOld: `sk-${digits}`,
  anthropic: `sk-ant-api03-${digits}`,
  openrouter: `sk-or-v1-${digits}`,
  google: `AIza${digits.slice(0, 35)}`,
  googleOauth: `ya29.${digits}`,
  googleClient: `GOCSPX-${digits.slice(0, 28)}`,
  aws: `AKIA${'ABCDEFGH01234567'}`,
  awsSession: `ASIA${'ABCDEFGH01234567'}`,
  slackBot: `xoxb-${digits}`,
  slackApp: `xapp-1-${digits}`,
  stripe: `sk_live_${digits}`,
  stripeHook: `whsec_${digits}`,
  npm: `npm_${digits.slice(0, 36)}`,
  pypi: `pypi-${digits}`,
  sendgrid: `SG.${digits.slice(0, 22)}.${digits}`,
  twilio: `SK${digits.slice(0, 6)}${'0123456789abcdef0123456789'}`,
  huggingface: `hf_${digits.slice(0, 34)}`,
  groq: `gsk_${digits}`,
  grafana: `glsa_${digits}`,
  shopify: `shpat_${digits}`,
  digitalocean: `dop_v1_${digits}`,
  jwt: `eyJhbGciOiJIUzI1NiJ9.${digits}.${digits}`,
  pem: `-----BEGIN RSA PRIVATE KEY-----\n${digits}\n-----END RSA PRIVATE KEY-----`,
  bearer: `Bearer ${digits}`,
  basic: `Basic ${digits}==`,
  userinfo: `https://x-access-token:${digits}@github.com/a/b.git`,
  password: `password=${digits}`,
  accountKey: `AccountKey=${digits}==`,
};

test.each(Object.entries(shapes))('%s is taken out, wherever in a line it stands (S17 N13)', async (_name, secret) => {
  const { log, lines } = await captured();

  log.info(`message ${secret} end`);
  log.info({ field: secret }, 'field');
  log.info({ deep: { list: [{ text: `x ${secret}` }] } }, 'nested');
  log.error({ err: new Error(`failed for ${secret}`, { cause: new Error(secret) }) }, 'error');

  expect(lines).toHaveLength(4);
  for (const line of lines) {
    expect(line).toContain('[redacted]');
    expect(line).not.toContain(digits.slice(0, 12));
    expect(line).not.toContain('ABCDEFGH01234567');
    expect(() => JSON.parse(line)).not.toThrow();
  }
});

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
