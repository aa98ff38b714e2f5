import { chmod, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { borrowRepository } from '#checkout/borrow-repository.ts';
import { treeFile, treeWith } from '#checkout/change-tree.ts';
import { cloneMirror } from '#checkout/clone-mirror.ts';
import { fetchMirror } from '#checkout/fetch-mirror.ts';
import { keepRef } from '#checkout/keep-ref.ts';
import { tidyMirror } from '#checkout/tidy-mirror.ts';
import { commitTree } from '#checkout/commit-tree.ts';
import { pushCommit } from '#checkout/push-commit.ts';
import { type GitServerOptions, startGitServer } from '#checkout/testing/git-server.ts';
import { makeRepository } from '#checkout/testing/repository.ts';
import { temporaryDirectory } from '#checkout/testing/temporary.ts';

const policy = { allowInsecureLoopback: true };
const author = { name: 'Ada', email: 'ada@example.org' };
const at = new Date('2026-11-22T10:00:00Z');

test.each([
  { what: 'a mirror whose history has no blobs', filters: true },
  { what: 'a mirror of the newest commit alone', filters: false },
])('a new branch is pushed from $what, also when the remote has moved on meanwhile (H8)', async ({ filters }) => {
  const { remote, gitDir, push, next } = await setUp({ filters });
  await remote.commit('somebody else', { 'a.txt': 'theirs\n', 'b.txt': 'b\n' });
  const commit = await next({ 'new.txt': 'mine\n' });

  const pushed = await push({ commit });
  const again = await push({ commit });

  expect([pushed, again]).toEqual(['pushed', 'there_already']);
  expect(await remote.git('rev-parse', 'yudai/12-abc')).toBe(commit);
  expect(await remote.git('show', 'yudai/12-abc:new.txt')).toBe('mine');
  expect(await remote.git('log', '--format=%s', 'yudai/12-abc')).toBe('Mend it\ntwo\none');
  expect(await readFile(join(gitDir, 'config'), 'utf8')).not.toMatch(/remote|127\.0\.0\.1/);
});

test('a mirror in which trees are kept is fetched on, and keeps them when it is tidied (J9)', async () => {
  const { remote, mirror, url, tree } = await setUp();
  const kept = await treeWith({ gitDir: mirror, tree, changes: { 'kept.txt': 'kept\n' } });
  await keepRef({ gitDir: mirror, name: 'solves/one', object: kept });
  const tip = await remote.commit('three', { 'a.txt': 'third\n' });

  const fetched = await fetchMirror({ url, gitDir: mirror, policy });
  await tidyMirror(mirror, { keep: 0 });

  expect(fetched.commit).toBe(tip);
  expect((await treeFile({ gitDir: mirror, tree: kept, path: 'kept.txt' }))?.toString()).toBe('kept\n');
  expect((await treeFile({ gitDir: mirror, tree: fetched.tree, path: 'a.txt' }))?.toString()).toBe('third\n');
});

test('a branch goes on from where it was, and one that is somewhere else stays there (H8)', async () => {
  const { remote, base, push, next } = await setUp();
  const first = await next({ 'new.txt': '1\n' });
  const second = await next({ 'new.txt': '2\n' }, first);
  const unrelated = await next({ 'new.txt': '3\n' });
  await push({ commit: first });

  const moved = { reason: 'branch_moved' };
  await expect(push({ commit: unrelated, expected: first })).rejects.toMatchObject(moved);
  await expect(push({ commit: second, expected: null })).rejects.toMatchObject(moved);
  await expect(push({ commit: second, expected: base })).rejects.toMatchObject(moved);
  await expect(push({ commit: first, branch: 'main' })).rejects.toMatchObject(moved);
  expect(await remote.git('rev-parse', 'yudai/12-abc')).toBe(first);
  expect(await push({ commit: second, expected: first })).toBe('pushed');
  expect(await remote.git('rev-parse', 'yudai/12-abc')).toBe(second);
});

test('a branch that somebody makes between the look and the push stays theirs (H8)', async () => {
  let theirs: (() => Promise<unknown>) | null = null;
  const { remote, base, push, next } = await setUp({
    before: async (url) => {
      if (url.includes('service=git-receive-pack')) await theirs?.();
    },
  });
  // An ancestor of ours: what git calls a fast-forward, and still not what was looked at.
  theirs = () => remote.git('branch', '--force', 'yudai/12-abc', base);

  const pushed = push({ commit: await next({ 'new.txt': '1\n' }) });

  await expect(pushed).rejects.toMatchObject({ reason: 'branch_moved' });
  expect(await remote.git('rev-parse', 'yudai/12-abc')).toBe(base);
});

test('a push whose answer is lost is there already when it is tried again (J9)', async () => {
  let isCut = true;
  const { remote, push, next } = await setUp({
    after: (url) => url.endsWith('/git-receive-pack') && isCut,
  });
  const commit = await next({ 'new.txt': '1\n' });

  const first = await push({ commit }).catch((error: unknown) => error);
  isCut = false;
  const second = await push({ commit });

  expect(first).toBe('there_already');
  expect(second).toBe('there_already');
  expect(await remote.git('rev-list', '--count', 'yudai/12-abc')).toBe('3');
});

test('who may not push is told so in the words of the server, without the token (S3 H8)', async () => {
  const token = 'ghs_verysecrettoken123';
  const seen: string[] = [];
  const { remote, push, next, gitDir } = await setUp({
    token,
    before: async (url) => {
      if (url.includes('git-receive-pack')) seen.push(...(await commandLines()));
    },
  });
  await remote.git('config', 'receive.denyDeletes', 'true');
  const hook = `#!/bin/sh\necho "GH013: Repository rule violations found; token ${token}" >&2\nexit 1\n`;
  const commit = await next({ 'new.txt': '1\n' });
  await remote.write({ '.git/hooks/pre-receive': hook });
  await remote.git('config', 'core.hooksPath', join(remote.folder, '.git', 'hooks'));
  await chmod(join(remote.folder, '.git', 'hooks', 'pre-receive'), 0o755);

  const declined: unknown = await push({ commit }).catch((error: unknown) => error);
  const without: unknown = await push({ commit, token: 'ghs_wrong' }).catch((error: unknown) => error);

  expect(declined).toMatchObject({ reason: 'denied', message: expect.stringContaining('GH013') });
  expect(without).toMatchObject({ reason: 'authentication_needed' });
  const told = [declined, without].map((error) => JSON.stringify(error, Object.getOwnPropertyNames(error)));
  expect(told.join('')).not.toContain(token);
  const shapes = [token, Buffer.from(`x-access-token:${token}`).toString('base64')];
  expect(seen.filter((line) => line.includes('push')).length).toBeGreaterThan(0);
  expect(seen.filter((line) => shapes.some((shape) => line.includes(shape)))).toEqual([]);
  for (const name of await readdir(gitDir, { recursive: true })) {
    expect(await readFile(join(gitDir, name), 'latin1').catch(() => '')).not.toContain(token);
  }
});

test('a server that answers 403 denies the push, and names of branches are names (H8)', async () => {
  const { push, next } = await setUp({ forbidden: true });
  const commit = await next({ 'new.txt': '1\n' });

  await expect(push({ commit })).rejects.toMatchObject({ reason: 'denied' });
  for (const branch of ['', '-x', 'a..b', 'a b', 'x.lock', '/x', 'a:b', 'refs/../x', 'a^', `${'x'.repeat(201)}`]) {
    await expect(push({ commit, branch })).rejects.toMatchObject({ reason: 'bad_path' });
  }
});

/** Of every process of this machine, as everybody on it can read them. */
async function commandLines(): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(ids.map((id) => readFile(join('/proc', id, 'cmdline'), 'utf8').catch(() => '')));
}

interface Scene extends Pick<GitServerOptions, 'token'> {
  readonly filters?: boolean;
  readonly forbidden?: boolean;
  /** Waited for before git answers. */
  readonly before?: (url: string) => Promise<void>;
  /** Whether the connection is cut once git has done its work. */
  readonly after?: (url: string) => boolean;
}

/** A remote with two commits, our mirror of it, and a git directory that borrows from that. */
async function setUp({ filters = true, forbidden = false, token, before, after }: Scene = {}) {
  const root = await temporaryDirectory();
  const remote = await makeRepository(join(root, 'remotes', 'app'));
  if (filters) await remote.git('config', 'uploadpack.allowFilter', 'true');
  await remote.git('config', 'http.receivepack', 'true');
  await remote.commit('one', { 'a.txt': 'first\n', 'dir/c.txt': 'c\n' });
  const base = await remote.commit('two', { 'a.txt': 'second\n' });
  const server = await startGitServer({
    root: join(root, 'remotes'),
    ...(token === undefined ? {} : { token }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    intercept: (request, response) => {
      if (!forbidden || request.url?.includes('git-receive-pack') !== true) return false;
      response.writeHead(403).end('Write access to repository not granted.');
      return true;
    },
  });
  const url = `${server.origin}/app/.git`;
  const mirror = join(root, 'mirror.git');
  const gitDir = join(root, 'work.git');
  const { tree } = await cloneMirror({ url, gitDir: mirror, policy, token });
  await borrowRepository({ gitDir, from: mirror });
  return {
    remote,
    url,
    mirror,
    gitDir,
    tree,
    base,
    push: (wish: { commit: string; expected?: string | null; branch?: string; token?: string }) =>
      pushCommit({ url, gitDir, policy, token, branch: 'yudai/12-abc', expected: null, ...wish }),
    async next(changes: Readonly<Record<string, string>>, parent = base) {
      const changed = await treeWith({ gitDir, tree, changes });
      return commitTree({ gitDir, tree: changed, parents: [parent], message: 'Mend it', author, at });
    },
  };
}
