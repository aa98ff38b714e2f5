import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type GitHubDouble, startGitHubDouble } from './index.ts';

// The embedded database only: there is none in it.

const run = promisify(execFile);
const redirect = 'http://127.0.0.1:4747/api/auth/oauth2/callback/github';

let github: GitHubDouble;
beforeAll(async () => {
  github = await startGitHubDouble({ redirectUris: [redirect] });
  await github.addUser({ login: 'ada', name: 'Ada Lovelace' });
  await github.addUser({ login: 'bob' });
  await github.addOrganization({ login: 'engines', members: ['ada'] });
  await github.addRepository({
    fullName: 'ada/notes',
    private: true,
    files: { 'a.txt': 'one\n', 'src/b.ts': 'export {};\n' },
  });
  await github.addRepository({ fullName: 'engines/loom', defaultBranch: 'trunk', files: { 'c.txt': 'x\n' } });
});
afterAll(() => github.close());

const api = (
  token: string | null,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) =>
  fetch(`${github.apiUrl}${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

test('what people do every day conforms to the description that GitHub publishes', async () => {
  const token = github.personalToken('ada');
  const before = github.violations().length;
  const push = await github.pushCommit('ada/notes', { branch: 'fix', files: { 'a.txt': 'two\n', 'new.txt': 'n\n' } });

  const answers = [
    await api(token, 'GET', '/user'),
    await api(token, 'GET', '/users/bob'),
    await api(token, 'GET', '/user/repos?per_page=2&affiliation=owner,collaborator,organization_member&sort=pushed'),
    await api(token, 'GET', '/repos/ada/notes'),
    await api(token, 'GET', '/repos/ada/notes/branches'),
    await api(token, 'GET', '/repos/ada/notes/commits'),
    await api(token, 'GET', `/repos/ada/notes/commits/${push.after}`),
    await api(token, 'POST', '/repos/ada/notes/issues', { title: 'A bug', body: 'words', labels: ['bug'] }),
    await api(token, 'GET', '/repos/ada/notes/issues?state=all'),
    await api(token, 'PATCH', '/repos/ada/notes/issues/1', { state: 'closed', state_reason: 'completed' }),
    await api(token, 'GET', '/repos/ada/notes/issues/1'),
    await api(token, 'POST', '/repos/ada/notes/issues/1/comments', { body: 'hm' }),
    await api(token, 'GET', '/repos/ada/notes/issues/1/comments'),
    await api(token, 'GET', '/repos/ada/notes/labels'),
    await api(token, 'POST', '/repos/ada/notes/pulls', { title: 'Fix', head: 'fix', base: 'main' }),
    await api(token, 'GET', '/repos/ada/notes/pulls?state=all'),
    await api(token, 'GET', '/repos/ada/notes/pulls/2'),
    await api(token, 'GET', '/repos/ada/notes/pulls/2/files'),
    await api(token, 'GET', `/repos/ada/notes/commits/${push.after}/check-runs`),
    await api(token, 'GET', '/search/repositories?q=loom'),
    await api(token, 'GET', '/search/code?q=two+repo:ada/notes'),
    await api(token, 'GET', '/rate_limit'),
  ];

  expect(
    answers.map((answer) => `${answer.status} ${new URL(answer.url).pathname}`).filter((line) => /^[45]/.test(line)),
  ).toEqual([]);
  expect(github.violations().slice(before)).toEqual([]);
});

test('a request that GitHub would not take is seen, which shows that the check can fail', async () => {
  const token = github.personalToken('ada');
  const before = github.violations().length;

  await api(token, 'POST', '/repos/ada/notes/issues', { title: ['not', 'text'], labels: 7 });
  await api(token, 'GET', '/repos/ada/notes/issues?state=sleeping&colour=red');
  await api(token, 'GET', '/repos/ada/notes/wishes');

  const seen = github.violations().slice(before).join('\n');
  expect(seen).toContain('/title must be string');
  expect(seen).toContain('state=sleeping');
  expect(seen).toContain('colour');
  expect(seen).toContain('GitHub has no GET /repos/ada/notes/wishes');
});

test('a token that was never given, was revoked or is too old opens nothing', async () => {
  const pair = github.tokenPair('bob');
  const revoked = github.personalToken('bob');
  github.revokeToken(revoked);

  const fresh = await api(pair.accessToken, 'GET', '/user');
  github.expireTokensOf('bob');
  const statuses = await Promise.all(
    ['ghp_invented', revoked, pair.accessToken].map(async (token) => (await api(token, 'GET', '/user')).status),
  );

  expect(fresh.status).toBe(200);
  expect(statuses).toEqual([401, 401, 401]);
});

test('a private repository is not there for who may not see it, and ids are larger than 32 bits', async () => {
  const foreign = await api(github.personalToken('bob'), 'GET', '/repos/ada/notes');
  const own = (await (await api(github.personalToken('ada'), 'GET', '/repos/ada/notes')).json()) as Record<
    string,
    unknown
  >;

  expect(foreign.status).toBe(404);
  expect(own['id']).toBeGreaterThan(2 ** 31);
  expect(own).toMatchObject({ full_name: 'ada/notes', clone_url: `${github.url}/ada/notes.git`, private: true });
});

test('a pull request needs branches that differ, exists once, and shows what it changes', async () => {
  const token = github.personalToken('ada');
  await github.addRepository({ fullName: 'ada/pulls', files: { 'a.txt': 'one\n' } });
  await github.pushCommit('ada/pulls', { branch: 'more', files: { 'a.txt': 'two\n', 'b.txt': 'b\n' } });
  const open = (head: string) => api(token, 'POST', '/repos/ada/pulls/pulls', { title: 't', head, base: 'main' });

  const statuses = [
    (await open('nowhere')).status,
    (await open('main')).status,
    (await open('more')).status,
    (await open('more')).status,
  ];
  const pull = await (await api(token, 'GET', '/repos/ada/pulls/pulls/1')).json();
  const files = await (await api(token, 'GET', '/repos/ada/pulls/pulls/1/files')).json();
  const diff = await (
    await api(token, 'GET', '/repos/ada/pulls/pulls/1', undefined, { accept: 'application/vnd.github.diff' })
  ).text();

  expect(statuses).toEqual([422, 422, 201, 422]);
  expect(pull).toMatchObject({ changed_files: 2, additions: 2, deletions: 1 });
  expect(files).toMatchObject([
    { filename: 'a.txt', status: 'modified', additions: 1, deletions: 1, patch: expect.stringContaining('+two') },
    { filename: 'b.txt', status: 'added' },
  ]);
  expect(diff).toContain('diff --git a/a.txt b/a.txt');
});

test('real git clones a private repository with a token only, and what it pushes is in the API', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'yudai-clone-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const token = github.personalToken('ada');
  const header = `Authorization: Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  const env = {
    PATH: process.env['PATH'],
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '3',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: header,
    GIT_CONFIG_KEY_1: 'user.name',
    GIT_CONFIG_VALUE_1: 'Ada',
    GIT_CONFIG_KEY_2: 'user.email',
    GIT_CONFIG_VALUE_2: 'ada@example.org',
  };
  const git = (...args: string[]) => run('git', args, { cwd: folder, env });

  await expect(
    run('git', ['clone', `${github.url}/ada/notes.git`, 'x'], { cwd: folder, env: { ...env, GIT_CONFIG_COUNT: '0' } }),
  ).rejects.toThrow(/Authentication failed|could not read Username/);
  await git('clone', '--quiet', `${github.url}/ada/notes.git`, '.');
  await git('commit', '--quiet', '--allow-empty', '--message', 'Pushed by git');
  await git('push', '--quiet', 'origin', 'HEAD:refs/heads/pushed');
  const { stdout } = await git('rev-parse', 'HEAD');

  const branch = await github.as('ada', 'GET', '/repos/ada/notes/branches/pushed');
  expect(branch.body).toMatchObject({ commit: { sha: stdout.trim() } });
});

test('signing in needs the registered address, the right verifier and a fresh code; a refresh token counts once', async () => {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const authorizeUrl = (uri: string) =>
    `${github.url}/login/oauth/authorize?${new URLSearchParams({ client_id: github.clientId, redirect_uri: uri, state: 's', scope: 'repo', code_challenge: challenge, code_challenge_method: 'S256' }).toString()}`;
  const codeOf = async () =>
    new URL(await github.authorize(authorizeUrl(redirect), 'ada')).searchParams.get('code') ?? '';
  const exchange = async (form: Record<string, string>): Promise<Record<string, unknown>> => {
    const body = new URLSearchParams({ client_id: github.clientId, client_secret: github.clientSecret, ...form });
    const answer = await fetch(`${github.url}/login/oauth/access_token`, {
      method: 'POST',
      body,
      headers: { accept: 'application/json' },
    });
    return (await answer.json()) as Record<string, unknown>;
  };

  await expect(github.authorize(authorizeUrl(`${redirect}/../evil`), 'ada')).rejects.toThrow('refused');
  const code = await codeOf();
  const granted = await exchange({ code, code_verifier: verifier });
  expect(await exchange({ code, code_verifier: verifier })).toEqual({ error: 'bad_verification_code' });
  expect(await exchange({ code: await codeOf(), code_verifier: 'wrong' })).toEqual({ error: 'bad_verification_code' });
  expect(await exchange({ code: await codeOf(), client_secret: 'x'.repeat(github.clientSecret.length) })).toEqual({
    error: 'incorrect_client_credentials',
  });
  expect(granted).toMatchObject({ token_type: 'bearer', expires_in: 28_800, scope: 'repo' });
  const refresh = { grant_type: 'refresh_token', refresh_token: String(granted['refresh_token']) };
  expect(await exchange(refresh)).toMatchObject({ access_token: expect.stringMatching(/^ghu_/) });
  expect(await exchange(refresh)).toEqual({ error: 'bad_refresh_token' });
});

test('an answer that has not changed is not sent again, and troubles come as ordered', async () => {
  const token = github.personalToken('ada');
  const first = await api(token, 'GET', '/repos/engines/loom');
  const second = await api(token, 'GET', '/repos/engines/loom', undefined, {
    'if-none-match': first.headers.get('etag') ?? '',
  });
  github.makeTrouble('secondary_limit', { times: 1, retryAfterSeconds: 7 });
  const limited = await api(token, 'GET', '/repos/engines/loom');
  github.makeTrouble('outage', { times: 1 });
  const away = await api(token, 'GET', '/repos/engines/loom');
  const back = await api(token, 'GET', '/repos/engines/loom');

  expect([first.status, second.status, limited.status, away.status, back.status]).toEqual([200, 304, 403, 503, 200]);
  expect(limited.headers.get('retry-after')).toBe('7');
  expect(await first.json()).toMatchObject({ default_branch: 'trunk' });
});

test('the app sees only where it is installed', async () => {
  const before = github.violations().length;
  const id = await github.install('engines');
  const { appToken } = await import('./app-token.ts');
  const jwt = appToken(github.app);

  const installations = await (await api(jwt, 'GET', '/app/installations')).json();
  const minted = (await (await api(jwt, 'POST', `/app/installations/${id}/access_tokens`)).json()) as Record<
    string,
    unknown
  >;
  const seen = await (await api(String(minted['token']), 'GET', '/installation/repositories')).json();
  const mine = await (await api(github.personalToken('ada'), 'GET', '/user/installations')).json();

  expect(installations).toMatchObject([{ id, account: { login: 'engines' } }]);
  expect(seen).toMatchObject({ repositories: [{ full_name: 'engines/loom' }] });
  expect(mine).toMatchObject({ total_count: 1 });
  expect(github.violations().slice(before)).toEqual([]);
});

test('it starts in less than a second', async () => {
  const started = performance.now();
  await using another = await startGitHubDouble();

  expect(performance.now() - started).toBeLessThan(1000);
  expect(another.url).not.toBe(github.url);
});
