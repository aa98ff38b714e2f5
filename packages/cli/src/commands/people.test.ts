import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTeamApp, type TeamApp, type TestBrowser } from '@yudai/server/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Run, type RunOptions, runOnApp } from '#testing/run-on-app.ts';

// One database is enough: the command line knows only the door.

let team: TeamApp;
let ada: TestBrowser;
let adaId: string;
let config: string;

beforeAll(async () => {
  team = await startTeamApp({ env: { YUDAI_ALLOW_PRIVATE_GIT_HOSTS: 'true' } });
  ada = await team.signIn('ada');
  adaId = (await ada.client.accounts.get({})).id;
});

afterAll(() => team.close());

beforeEach(() => {
  config = mkdtempSync(join(tmpdir(), 'yudai-config-'));
});

afterEach(() => rmSync(config, { recursive: true }));

test('login shows a code, waits for somebody to let it in, and keeps a token that nobody else may read (B5 B13)', async () => {
  const opened: string[] = [];

  const login = await signIn({ browse: (url) => opened.push(url) }, ['--open']);

  const file = join(config, 'yudai', 'credentials.json');
  expect(login).toMatchObject({ code: 0, stdout: 'Signed in to http://localhost as Ada Example.\n' });
  expect(opened[0]).toMatch(/\/device\?user_code=/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(login.stdout + login.stderr).not.toContain(tokenIn(file));
});

test('once signed in, whoami and every other command are that person (B13)', async () => {
  await signIn();

  const who = await run(['whoami', '--json']);
  const projects = await run(['projects', '--json']);

  expect(JSON.parse(who.stdout)).toMatchObject({ mode: 'team', via: 'session', account: { id: adaId } });
  expect(projects).toMatchObject({ code: 0 });
});

test('logout ends the session on the server and forgets the token; a copy of it opens nothing (B13)', async () => {
  await signIn();
  const token = tokenIn(join(config, 'yudai', 'credentials.json'));
  const before = await team.fetch('/api/v1/account', { headers: { authorization: `Bearer ${token}` } });

  const logout = await run(['logout', '--json']);

  const after = await team.fetch('/api/v1/account', { headers: { authorization: `Bearer ${token}` } });
  expect([before.status, after.status]).toEqual([200, 401]);
  expect(JSON.parse(logout.stdout)).toMatchObject({ revoked: true, forgotten: true });
  expect((await run(['logout'])).stdout).toContain('not signed in');
});

test('who is not signed in is told to run yudai login', async () => {
  const people = await run(['whoami']);
  const programs = await run(['projects', '--json']);

  expect(people).toMatchObject({ code: 1, stdout: '' });
  expect(people.stderr).toContain('Run `yudai login`');
  expect(JSON.parse(programs.stdout).error).toMatchObject({
    code: 'unauthorized',
    message: expect.stringContaining('yudai login'),
  });
});

test('who is refused in the browser is told so, and nothing is kept', async () => {
  const refused = await signIn({}, [], false);

  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('refused in the browser') });
  expect((await run(['whoami'])).code).toBe(1);
});

test('a key is made and shown once; it signs in from the environment or by login --key, and ends when revoked (B5)', async () => {
  await signIn();
  const made = await run(['keys', 'create', 'nightly', '--days', '7', '--json']);
  const { key, secret } = JSON.parse(made.stdout);

  const listed = await run(['keys']);
  const fromEnvironment = await run(['whoami', '--json'], { env: { XDG_CONFIG_HOME: '/nowhere', YUDAI_KEY: secret } });
  const kept = await run(['login', '--key', '--json'], { stdin: `${secret}\n` });
  const withKey = await run(['whoami', '--json']);
  const mayNot = await run(['keys', 'create', 'another']);
  await ada.client.accounts.revokeKey({ id: key.id });
  const ended = await run(['whoami']);

  expect(key).toMatchObject({ name: 'nightly', scopes: ['read'] });
  expect(listed.stdout).toContain('nightly');
  expect(listed.stdout).not.toContain(secret);
  expect(JSON.parse(fromEnvironment.stdout)).toMatchObject({ via: 'key', account: { id: adaId } });
  expect(kept.stdout + kept.stderr).not.toContain(secret);
  expect(JSON.parse(withKey.stdout)).toMatchObject({ via: 'key' });
  expect(mayNot.stderr).toContain('API key may not change the account');
  expect(ended.stderr).toContain('unknown, or has ended');
});

test('keys create prints the secret alone on stdout, and revoke ends it (B5)', async () => {
  await signIn();

  const made = await run(['keys', 'create', 'piped', '--scope', 'write']);
  const [key] = JSON.parse((await run(['keys', '--json'])).stdout).items;
  const revoked = await run(['keys', 'revoke', key.id]);

  expect(made.stdout).toMatch(/^yudai_[\w-]{43}\n$/);
  expect(key.scopes).toEqual(['read', 'write']);
  expect(revoked.stdout).toBe('The key is revoked.\n');
  expect(JSON.parse((await run(['keys', '--json'])).stdout).items).toEqual([]);
});

test('what is no key is refused without repeating it', async () => {
  const fromStdin = await run(['login', '--key'], { stdin: 'hunter2-hunter2' });
  const fromEnvironment = await run(['whoami'], { env: { YUDAI_KEY: 'hunter2-hunter2' } });

  for (const { code, stdout, stderr } of [fromStdin, fromEnvironment]) {
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain('hunter2');
  }
});

test('members of a private repository are invited, changed and taken out by name (B10)', async () => {
  await signIn();
  const linus = await team.signIn('linus');
  await team.github.addRepository({ fullName: 'ada/demo', private: true, files: { 'README.md': '# Demo\n' } });

  const indexed = await run(['index', 'github:ada/demo', '--name', 'demo']);
  const invited = await run(['members', 'invite', 'demo', 'linus', '--role', 'maintainer']);
  const open = await run(['members', 'list', 'demo']);
  const [invitation] = (await linus.client.projects.invitations({})).items;
  if (invitation === undefined) throw new Error('Linus was not invited.');
  await linus.client.projects.answerInvitation({ id: invitation.id, accept: true });
  const role = await run(['members', 'role', 'demo', 'Linus Example', 'viewer']);
  const listed = await run(['members', 'list', 'demo']);
  const unsure = await run(['members', 'remove', 'demo', 'linus', '--json']);
  const removed = await run(['members', 'remove', 'demo', 'linus', '--yes']);
  const missing = await run(['members', 'remove', 'demo', 'linus', '--yes']);

  expect(indexed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^demo is indexed: 1 file of 1/) });
  expect(invited.stdout).toMatch(/^linus is invited as maintainer, until /);
  expect(open.stdout).toMatch(/invited\s+linus\s+maintainer/);
  expect(role.stdout).toBe('Linus Example is viewer now.\n');
  expect(listed.stdout).toMatch(/Linus Example\s+linus\s+viewer/);
  expect(unsure.code).toBe(2);
  expect(removed.stdout).toBe('Linus Example is not in demo any more.\n');
  expect(missing.code).toBe(3);
});

test('verifying the audit log is for administrators (B12)', async () => {
  await signIn();

  const forbidden = await run(['audit', 'verify']);

  expect(forbidden).toMatchObject({ code: 1, stderr: expect.stringContaining('administrator') });
});

function run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return runOnApp(team, args, { ...options, env: { XDG_CONFIG_HOME: config, ...options.env } });
}

/** Runs `yudai login`; Ada answers in her browser while it waits. */
function signIn(options: RunOptions = {}, args: readonly string[] = [], approve = true): Promise<Run> {
  let said = '';
  return run(['login', ...args], {
    ...options,
    onStderr: (text) => (said = text),
    wait: async () => {
      const userCode = /let in the code (\S+)/.exec(said)?.[1] ?? '';
      await ada.client.accounts.answerDevice({ userCode, approve });
    },
  });
}

function tokenIn(file: string): string {
  return JSON.parse(readFileSync(file, 'utf8')).servers['http://localhost'].token;
}
