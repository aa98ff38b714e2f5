import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBlobReader } from '#checkout/blob-reader.ts';
import { cloneMirror } from '#checkout/clone-mirror.ts';
import { fetchMirror } from '#checkout/fetch-mirror.ts';
import { inspectRemote } from '#checkout/inspect-remote.ts';
import { git } from '#checkout/run-git.ts';
import { tidyMirror } from '#checkout/tidy-mirror.ts';
import { startGitServer } from '#checkout/testing/git-server.ts';
import { makeRepository } from '#checkout/testing/repository.ts';
import { temporaryDirectory } from '#checkout/testing/temporary.ts';

const policy = { allowInsecureLoopback: true };

test('a clone has the files of its tip whole and its history without blobs (G1 G5)', async () => {
  const root = await temporaryDirectory();
  const source = await makeRepository(join(root, 'app.git'));
  await source.git('config', 'uploadpack.allowFilter', 'true');
  await source.commit('one', { 'a.txt': 'first\n', 'dir/b.txt': 'b\n' });
  const tip = await source.commit('two', { 'a.txt': 'second\n' });
  const server = await startGitServer({ root });
  const gitDir = join(root, 'mirrors', 'one.git');
  const percents: number[] = [];

  const fetched = await cloneMirror({
    url: `${server.origin}/app.git`,
    gitDir,
    policy,
    onProgress: (percent) => percents.push(percent),
  });

  expect(fetched).toMatchObject({ commit: tip, ref: 'main', files: 2, hasHistory: true });
  expect((await git({ gitDir, args: ['show', `${tip}:a.txt`] })).toString()).toBe('second\n');
  expect((await git({ gitDir, args: ['log', '--format=%s', tip] })).toString()).toBe('two\none\n');
  const old = await git({ gitDir, args: ['cat-file', '--batch-check'], input: `${tip}~1:a.txt\n` });
  expect(old.toString()).toContain('missing');
  expect(percents.at(-1)).toBe(100);
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  expect(await readdir(join(root, 'mirrors'))).toEqual(['one.git']);
});

test('a server without filters gives a shallow clone that has all files (G1)', async () => {
  const root = await temporaryDirectory();
  const source = await makeRepository(join(root, 'app.git'));
  await source.commit('one', { 'a.txt': 'first\n' });
  const tip = await source.commit('two', { 'a.txt': 'second\n' });
  await source.git('branch', 'other', 'HEAD~1');
  const server = await startGitServer({ root });
  const gitDir = join(root, 'mirror.git');

  const fetched = await cloneMirror({ url: `${server.origin}/app.git`, gitDir, policy });
  const other = await fetchMirror({ url: `${server.origin}/app.git`, gitDir, policy, ref: 'other' });

  expect(fetched).toMatchObject({ commit: tip, files: 1, hasHistory: false });
  expect((await git({ gitDir, args: ['show', `${tip}:a.txt`] })).toString()).toBe('second\n');
  expect((await git({ gitDir, args: ['show', `${other.commit}:a.txt`] })).toString()).toBe('first\n');
});

test('a fetch brings new commits, another branch and a tag into the same mirror (G5 G14)', async () => {
  const root = await temporaryDirectory();
  const source = await makeRepository(join(root, 'app.git'));
  await source.git('config', 'uploadpack.allowFilter', 'true');
  const first = await source.commit('one', { 'a.txt': '1\n' });
  await source.git('tag', '--annotate', 'v1.0', '--message', 'first');
  const server = await startGitServer({ root });
  const url = `${server.origin}/app.git`;
  const gitDir = join(root, 'mirror.git');
  await cloneMirror({ url, gitDir, policy });
  const second = await source.commit('two', { 'a.txt': '2\n' });
  await source.git('checkout', '--quiet', '-b', 'feature/x');
  const third = await source.commit('three', { 'c.txt': '3\n' });

  const updated = await fetchMirror({ url, gitDir, policy, ref: 'main' });
  const branch = await fetchMirror({ url, gitDir, policy, ref: 'feature/x' });
  const tag = await fetchMirror({ url, gitDir, policy, ref: 'v1.0' });

  expect([updated.commit, branch.commit, tag.commit]).toEqual([second, third, first]);
  expect((await git({ gitDir, args: ['show', `${third}:c.txt`] })).toString()).toBe('3\n');
  expect(await readFile(join(gitDir, 'config'), 'utf8')).not.toMatch(/remote|127\.0\.0\.1/);
});

test('an inspection names branches, tags and the default branch (G5)', async () => {
  const root = await temporaryDirectory();
  const source = await makeRepository(join(root, 'app.git'));
  await source.commit('one', { 'a.txt': '1\n' });
  for (const tag of ['v1.9', 'v1.10', 'v1.2']) await source.git('tag', tag);
  await source.git('branch', 'alpha');
  const server = await startGitServer({ root });

  const inspection = await inspectRemote({ url: `${server.origin}/app.git/`, policy });

  expect(inspection).toEqual({
    address: `${server.origin}/app.git`,
    suggestedName: 'app',
    defaultRef: 'main',
    branches: ['main', 'alpha'],
    tags: ['v1.10', 'v1.9', 'v1.2'],
    truncated: false,
  });
});

test('an unknown branch is refused with the names that are close (G5)', async () => {
  const root = await temporaryDirectory();
  const source = await makeRepository(join(root, 'app.git'));
  await source.commit('one', { 'a.txt': '1\n' });
  await source.git('branch', 'release/2026');
  const server = await startGitServer({ root });

  const clone = cloneMirror({ url: `${server.origin}/app.git`, gitDir: join(root, 'm.git'), policy, ref: 'mian' });

  await expect(clone).rejects.toMatchObject({
    reason: 'unknown_ref',
    message: 'There is no branch or tag “mian”. Did you mean “main”?',
  });
  expect(await readdir(root)).toEqual(['app.git']);
});

test('many fetches do not leave many packs, and nothing that was fetched is lost (G1)', async () => {
  const root = await temporaryDirectory();
  const source = await makeRepository(join(root, 'app.git'));
  await source.git('config', 'uploadpack.allowFilter', 'true');
  const first = await source.commit('one', { 'a.txt': '1\n' });
  const server = await startGitServer({ root });
  const url = `${server.origin}/app.git`;
  const gitDir = join(root, 'mirror.git');
  await cloneMirror({ url, gitDir, policy });
  const rewritten = await source.commit('two', { 'a.txt': '2\n' });
  await fetchMirror({ url, gitDir, policy });
  await source.git('reset', '--quiet', '--hard', first);
  const last = await source.commit('three', { 'a.txt': '3\n' });
  await fetchMirror({ url, gitDir, policy });
  const reader = openBlobReader(gitDir);
  const oid = (await git({ gitDir, args: ['rev-parse', `${last}:a.txt`] })).toString().trim();
  await reader.read(oid);

  await tidyMirror(gitDir, { keep: 1 });

  const packs = (await readdir(join(gitDir, 'objects', 'pack'))).filter((name) => name.endsWith('.pack'));
  expect(packs).toHaveLength(1);
  expect((await reader.read(oid)).toString()).toBe('3\n');
  await reader.close();
  expect((await git({ gitDir, args: ['show', `${rewritten}:a.txt`] })).toString()).toBe('2\n');
  const next = await source.commit('four', { 'b.txt': '4\n' });
  expect(await fetchMirror({ url, gitDir, policy })).toMatchObject({ commit: next, hasHistory: true });
  expect((await git({ gitDir, args: ['log', '--format=%s', next] })).toString()).toBe('four\nthree\none\n');
});
