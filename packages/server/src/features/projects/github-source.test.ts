// One database is enough: what differs is where Git fetches from; projects.test.ts stores and reads the same rows on both.
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type GitHubDouble, startGitHubDouble } from '#testing/github/index.ts';
import { startTestApp, type TestApp, type TestUser } from '#testing/index.ts';

const run = promisify(execFile);

let github: GitHubDouble;
let app: TestApp;
let ada: TestUser;
let bob: TestUser;

beforeAll(async () => {
  github = await startGitHubDouble();
  await github.addUser({ login: 'ada' });
  await github.addUser({ login: 'bob' });
  await github.addRepository({
    fullName: 'ada/engine',
    private: true,
    defaultBranch: 'trunk',
    files: { 'src/a.ts': 'export const one = 1;\n', 'README.md': '# Engine\n' },
    collaborators: ['bob'],
  });
  await github.pushCommit('ada/engine', { branch: 'next', files: { 'src/b.ts': 'export const two = 2;\n' } });
  await github.addRepository({ fullName: 'ada/secret', private: true, files: { 'a.txt': 'a\n' } });
  await github.addRepository({ fullName: 'ada/empty', private: true });
  app = await startTestApp({ env: { YUDAI_GITHUB_URL: github.url } });
  ada = await app.as('ada');
  bob = await app.as('bob');
  await ada.client.github.connect({ token: github.personalToken('ada') });
  await bob.client.github.connect({ token: github.personalToken('bob') });
});
afterAll(async () => {
  await app.close();
  await github.close();
});

const engine = { kind: 'github' as const, repository: 'ada/engine' };
const refusal = (work: Promise<unknown>): Promise<{ code: string; message: string; data: unknown }> =>
  work.then(
    () => {
      throw new Error('This was not refused.');
    },
    (error: { code: string; message: string; data: unknown }) => error,
  );

test('a private repository is looked at, connected at its default branch, and indexed (C2 E1 G1)', async () => {
  const found = await ada.client.projects.inspect({ source: { kind: 'github', repository: 'ada/engine' } });
  const { project } = await ada.client.projects.connect({ source: engine });
  await app.app.jobs.drain();

  expect(found).toMatchObject({
    source: engine,
    suggestedName: 'engine',
    defaultRef: 'trunk',
    branches: ['trunk', 'next'],
  });
  expect(await ada.client.projects.get({ id: project.id })).toMatchObject({
    name: 'engine',
    source: engine,
    status: 'ready',
    fileCount: 2,
  });
  const tree = await ada.client.codebase.tree({ projectId: project.id });
  expect(tree.items.map(({ path }) => path)).toEqual(expect.arrayContaining(['src', 'README.md']));
  expect(await ada.client.projects.refs({ id: project.id })).toMatchObject({
    source: engine,
    branches: ['trunk', 'next'],
  });
});

test('two people connect one repository, each as themselves, at branches of their own (M3)', async () => {
  const hers = await ada.client.projects.connect({ source: engine });
  const his = await bob.client.projects.connect({ source: engine, ref: 'next' });
  await app.app.jobs.drain();

  expect(await ada.client.projects.get({ id: hers.project.id })).toMatchObject({ status: 'ready', fileCount: 2 });
  expect(await bob.client.projects.get({ id: his.project.id })).toMatchObject({
    status: 'ready',
    ref: 'next',
    fileCount: 3,
  });
  expect((await refusal(bob.client.projects.get({ id: hers.project.id }))).code).toBe('not_found');
  const { rows } = await app.database.asSystem((db) =>
    db.execute<{ id: string }>(
      sql`select distinct repository_id as id from projects where source_address = 'ada/engine'`,
    ),
  );
  expect(rows).toHaveLength(1);
  expect(Number(rows[0]?.id)).toBeGreaterThan(2 ** 31);
});

test.each([
  ['somebody else’s', 'ada/secret', 'bob', 'not_found', 'does not exist on GitHub'],
  ['one that is not there', 'ada/nothing', 'ada', 'not_found', 'does not exist on GitHub'],
] as const)(
  '%s repository is refused at both doors and makes no project (S10)',
  async (_what, repository, who, code, words) => {
    const { client } = who === 'ada' ? ada : bob;
    const before = (await client.projects.list({})).items.length;
    const source = { kind: 'github' as const, repository };

    for (const door of [() => client.projects.inspect({ source }), () => client.projects.connect({ source })]) {
      const refused = await refusal(door());
      expect(refused.code).toBe(code);
      expect(refused.message).toContain(words);
    }
    expect((await client.projects.list({})).items).toHaveLength(before);
  },
);

test.each([
  'ada',
  'ada/',
  '/engine',
  'ada/../engine',
  'ada/engine/x',
  'ada/..',
  '-ada/engine',
  'ada/en gine',
  'https://github.com/ada/engine',
])('the name %j is no repository (S10)', async (repository) => {
  const refused = await refusal(ada.client.projects.connect({ source: { kind: 'github', repository } }));

  expect(refused.code).toBe('invalid_input');
});

test('a repository without commits is told as such (G5)', async () => {
  const { project } = await ada.client.projects.connect({ source: { kind: 'github', repository: 'ada/empty' } });
  await app.app.jobs.drain();

  expect(await ada.client.projects.get({ id: project.id })).toMatchObject({ status: 'failed' });
});

test('an index runs with the connection of the owner, and says so when that has ended (B8)', async () => {
  await github.addUser({ login: 'cleo' });
  const cleo = await app.as('cleo');
  await github.addRepository({ fullName: 'cleo/work', private: true, files: { 'a.ts': 'export {};\n' } });
  const token = github.personalToken('cleo');
  await cleo.client.github.connect({ token });
  const { project } = await cleo.client.projects.connect({ source: { kind: 'github', repository: 'cleo/work' } });
  await app.app.jobs.drain();

  github.revokeToken(token);
  const job = await cleo.client.codebase.index({ projectId: project.id });
  await app.app.jobs.drain();
  const ended = await cleo.client.jobs.get({ id: job.id });
  await cleo.client.github.connect({ token: github.personalToken('cleo') });
  const again = await cleo.client.codebase.index({ projectId: project.id });
  await app.app.jobs.drain();

  expect(ended.error).toMatchObject({ code: 'conflict', message: expect.stringContaining('Connect GitHub again') });
  expect((await cleo.client.jobs.get({ id: again.id })).status).toBe('completed');
  expect(await cleo.client.projects.get({ id: project.id })).toMatchObject({ status: 'ready' });
});

test('an index while GitHub is away is tried again, and ends well when GitHub is back (C7)', async () => {
  const { project } = await ada.client.projects.connect({ source: engine });
  await app.app.jobs.drain();
  onTestFinished(() => github.makeTrouble('none'));
  github.makeTrouble('outage', { times: 3 });

  const job = await ada.client.codebase.index({ projectId: project.id });
  await app.app.jobs.drain();

  expect((await ada.client.jobs.get({ id: job.id })).status).toBe('completed');
});

test('git is given the token through its environment: no config, no row and no command line has it (S3 S6)', async () => {
  const { project } = await ada.client.projects.connect({ source: engine });
  const lines = await commandLinesDuring(() => app.app.jobs.drain());

  const directory = join(app.app.config.dataDir, 'repositories', `${project.id}.git`);
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
  );
  const rows = await app.database.asSystem((db) =>
    db.execute<{ row: string }>(
      sql`select to_jsonb(p)::text as row from projects p union all select to_jsonb(j)::text from jobs j`,
    ),
  );
  const encoded = github
    .tokens()
    .flatMap((token) => [token, Buffer.from(`x-access-token:${token}`).toString('base64')]);
  const whole = [...texts, ...lines, ...rows.rows.map(({ row }) => row)].join('\n');

  expect(encoded.filter((text) => whole.includes(text))).toEqual([]);
  // The control: the command lines of git were seen, and the rows that were looked at are those of the project.
  expect(lines.some((line) => line.includes('git'))).toBe(true);
  expect(whole).toContain('ada/engine');
});

test('everything that was sent and answered in this file is what GitHub describes (C1)', () => {
  expect(github.violations()).toEqual([]);
});

/** Every command line of this machine that was seen while the work went on. */
async function commandLinesDuring(work: () => Promise<unknown>): Promise<string[]> {
  const seen = new Set<string>();
  let working = true;
  const watching = (async () => {
    while (working) {
      const { stdout } = await run('ps', ['-eo', 'args', '--no-headers', '-ww']);
      for (const line of stdout.split('\n')) if (line.includes('git')) seen.add(line);
    }
  })();
  await work();
  working = false;
  await watching;
  return [...seen];
}
