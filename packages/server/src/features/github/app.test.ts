// One database is enough: this is about what GitHub lets an app do; what is kept of it is stored and read on both by github.test.ts.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GitHubDouble, startGitHubDouble } from '#testing/github/index.ts';
import { startTestApp, type TestApp } from '#testing/index.ts';

let github: GitHubDouble;
let app: TestApp;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yudai-app-key-'));
  github = await startGitHubDouble();
  await github.addUser({ login: 'ada' });
  await github.addUser({ login: 'bob' });
  await github.addOrganization({ login: 'engines', members: ['ada'] });
  await github.addRepository({ fullName: 'engines/loom', private: true, files: { 'a.txt': 'a\n' } });
  await github.addRepository({ fullName: 'bob/own', private: true, files: { 'a.txt': 'a\n' } });
  await writeFile(join(folder, 'key.pem'), github.app.privateKey);
  app = await startTestApp({ env: environment('key.pem') });
  await app.client.github.connect({ token: github.personalToken('ada') });
});
afterAll(async () => {
  await app.close();
  await github.close();
  await rm(folder, { recursive: true, force: true });
});

function environment(key: string): Record<string, string> {
  return {
    YUDAI_GITHUB_URL: github.url,
    YUDAI_GITHUB_APP_ID: String(github.app.id),
    YUDAI_GITHUB_APP_KEY_FILE: join(folder, key),
  };
}

test('an administrator sees where the app is installed, with which permissions and repositories (B9)', async () => {
  const before = await app.client.github.app({});
  const id = await github.install('engines');

  const after = await app.client.github.app({});

  expect(before).toEqual({ slug: 'yudai-test', installations: [] });
  expect(after.installations).toMatchObject([
    { id, account: 'engines', selection: 'all', permissions: { contents: 'read' }, repositories: ['engines/loom'] },
  ]);
  expect((await app.client.github.status({})).app).toBe(true);
});

test('a token of an installation is made once and used until it ends (B9)', async () => {
  await github.install('engines');
  await app.client.github.app({});
  const minted = () => github.requests().filter(({ path }) => path.endsWith('/access_tokens')).length;
  const before = minted();

  await app.client.github.app({});

  expect(minted()).toBe(before);
  expect(before).toBeGreaterThan(0);
});

test('a person sees the installations of their own accounts only (B9)', async () => {
  await github.install('engines');
  await github.install('bob');

  const { items } = await app.client.github.installations({});

  expect(items.map(({ account }) => account)).toEqual(['engines']);
});

test('without an app its page says what to configure', async () => {
  await using plain = await startTestApp({ env: { YUDAI_GITHUB_URL: github.url } });

  const refused = await plain.client.github.app({}).catch((error: unknown) => error);

  expect(refused).toMatchObject({ code: 'conflict', message: expect.stringContaining('YUDAI_GITHUB_APP_ID') });
});

test('a key that is no key stops the start, and is not repeated (N13)', async () => {
  await writeFile(
    join(folder, 'wrong.pem'),
    '-----BEGIN RSA PRIVATE KEY-----\nvery private\n-----END RSA PRIVATE KEY-----\n',
  );

  for (const key of ['wrong.pem', 'missing.pem']) {
    const refused = await startTestApp({ env: environment(key) }).catch((error: unknown) => String(error));
    expect(refused).toContain('YUDAI_GITHUB_APP_KEY_FILE');
    expect(refused).not.toContain('very private');
  }
});

test('everything that was sent and answered in this file is what GitHub describes (C1)', () => {
  expect(github.violations()).toEqual([]);
});
