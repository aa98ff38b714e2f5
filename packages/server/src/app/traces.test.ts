import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliver } from '#testing/github/index.ts';
import { startTeamApp, type TeamApp } from '#testing/start-team-app.ts';

// Every kind of secret passes through one app; then all that it leaves behind is searched: tables, the journal of the jobs, files, lines of the log.
const webhookSecret = 'a-webhook-secret-that-is-kept-nowhere';
const sealingSecret = 'kT7w-zQ4p_Vn2xR9mB6yH3dL8sF5gJ1c';
const logged: string[] = [];
const secrets = new Map<string, string>();
let dataDir: string;
let team: TeamApp;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'yudai-traces-'));
  const stream = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk));
      done();
    },
  });
  team = await startTeamApp({
    // Without the redaction of the product's own log, and with all that it could say: what comes here was logged as it is.
    log: pino({ level: 'trace' }, stream),
    env: {
      YUDAI_DATA: dataDir,
      YUDAI_SECRET: sealingSecret,
      YUDAI_GITHUB_WEBHOOK_SECRET: webhookSecret,
      YUDAI_ALLOW_PRIVATE_GIT_HOSTS: 'true',
    },
  });
  await team.github.addUser({ login: 'ada', name: 'Ada Example' });
  await team.github.addRepository({
    fullName: 'ada/private',
    private: true,
    files: { 'a.ts': 'export const a = 1;\n' },
  });
});
afterAll(async () => {
  await team.close();
  await rm(dataDir, { recursive: true, force: true });
});

test('tables, journal, files and logs hold no secret that went through them (B7 M2 N12 S3)', async () => {
  await liveThroughEverything();

  const left = await whatIsLeft();
  const found = [...secrets].filter(([, secret]) => left.includes(secret)).map(([name]) => name);

  expect(found).toEqual([]);
  expect(secrets.size).toBeGreaterThan(15);
});

test('the same search finds what is written in any of these places: the control', async () => {
  const planted = ['row', 'journal', 'file', 'line'].map((place) => `ghp_planted-in-a-${place}`);
  const [row, entry, file, line] = planted;
  await team.database.asSystem((db) => db.execute(sql`update users set name = ${row} where name = 'Ada Example'`));
  await team.database.pool.query(`create table dbos.planted as select '${entry}' as token`);
  await writeFile(join(dataDir, 'planted'), String(file));
  logged.push(String(line));

  const left = await whatIsLeft();

  expect(planted.filter((secret) => !left.includes(secret))).toEqual([]);
  // And what is no secret is there: sealed tokens, what happened, what git keeps of the repository.
  expect(left).toMatch(/"access_token": "v2\./);
  expect(left).toContain('accounts.createKey');
  expect(left).toContain('codebase.index');
  expect(left).toContain('repositoryformatversion');
});

/** Signs in, makes keys, lets a device in, connects private repositories and has one indexed, is refused, and hears from GitHub. */
async function liveThroughEverything(): Promise<void> {
  const browser = team.browser();
  const start = await browser.fetch('/api/auth/login?next=/');
  const authorize = new URL(start.headers.get('location') ?? '');
  secrets.set('state', authorize.searchParams.get('state') ?? '');
  const back = new URL(await team.github.authorize(authorize.href, 'ada'));
  secrets.set('authorization code', back.searchParams.get('code') ?? '');
  await browser.fetch(`${back.pathname}${back.search}`);
  secrets.set('session', cookieOf(browser.cookies));

  const { client } = browser;
  for (const scopes of [['read'], ['read', 'write']] as const)
    secrets.set(
      `key that may ${scopes.join()}`,
      (await client.accounts.createKey({ name: 'CI', scopes: [...scopes] })).secret,
    );
  await letDeviceIn(client.accounts);
  await client.github.connect({ token: team.github.personalToken('ada') });
  await client.projects.connect({ source: { kind: 'github', repository: 'ada/private' } });
  await client.projects.connect({
    source: { kind: 'git', url: 'http://127.0.0.1:9/a/b' },
    token: kept('token of a git server'),
  });
  await team.app.jobs.drain();

  // What opens nothing is a secret too: it may be a slip of the keyboard away from one, or open something elsewhere.
  await client.github.connect({ token: kept('token that GitHub refuses') }).catch(() => undefined);
  for (const [name, headers] of [
    ['key that is unknown', { authorization: `Bearer yudai_${kept('key that is unknown')}` }],
    ['session that is unknown', { cookie: `__Host-yudai_session=${kept('session that is unknown')}` }],
    ['password', { authorization: `Basic ${kept('password')}` }],
  ] as const)
    await team.app.fetch(new Request(`http://localhost/api/v1/account?as=${encodeURIComponent(name)}`, { headers }));
  await deliver(
    { url: 'http://localhost/api/v1/webhooks/github', secret: webhookSecret, event: 'ping', payload: { zen: 'x' } },
    (request) => team.app.fetch(request),
  );
  secrets.set('secret of webhooks', webhookSecret);
  secrets.set('key that seals', sealingSecret);
  secrets.set('secret of the OAuth app', team.github.clientSecret);
  for (const [index, token] of team.github.tokens().entries()) secrets.set(`token ${index} of GitHub`, token);
}

async function letDeviceIn(accounts: TeamApp['client']['accounts']): Promise<void> {
  const ask = async (what: string, body: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return (await (
      await team.app.fetch(new Request(`http://localhost/api/auth/device/${what}`, init))
    ).json()) as never;
  };
  const asked = await ask('code', { client_id: 'yudai-cli' });
  secrets.set('code of a device', String(asked['device_code']));
  await accounts.answerDevice({ userCode: String(asked['user_code']), approve: true });
  const granted = await ask('token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: asked['device_code'],
    client_id: 'yudai-cli',
  });
  secrets.set('session of a device', String(granted['access_token']));
}

/** A secret of our own making, remembered under its name. */
function kept(name: string): string {
  const secret = `ghp_${name.replaceAll(' ', '')}0123456789abcdefABCDEF`;
  secrets.set(name, secret);
  return secret;
}

/** The part that is the secret: what follows the dot is its signature. */
function cookieOf(cookies: Map<string, string>): string {
  return decodeURIComponent(cookies.get('__Host-yudai_session') ?? '').split('.')[0] ?? '';
}

async function whatIsLeft(): Promise<string> {
  // Asked of the catalogue: the information schema leaves out what the one who asks may not read.
  const { rows: tables } = await team.database.pool.query<Table>(
    `select format('%I.%I', nspname, relname) as name, has_table_privilege('yudai_system', pg_class.oid, 'select') as ours
     from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where relkind in ('r', 'p') and nspname !~ '^pg_' and nspname <> 'information_schema'`,
  );
  const parts = [...logged];
  for (const table of tables) parts.push(...(await rowsOf(table)));
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  for (const entry of entries)
    if (entry.isFile()) parts.push(await readFile(join(entry.parentPath, entry.name), 'latin1'));
  return parts.join('\n');
}

interface Table {
  readonly name: string;
  /** Whether the role that sees every row may read it; what it may not read is the login's own, such as the journal. */
  readonly ours: boolean;
}

async function rowsOf({ name, ours }: Table): Promise<string[]> {
  const query = `select to_jsonb(t)::text as row from ${name} t`;
  const { rows } = ours
    ? await team.database.asSystem((db) => db.execute<{ row: string }>(sql.raw(query)))
    : await team.database.pool.query<{ row: string }>(query);
  return rows.map(({ row }) => row);
}
