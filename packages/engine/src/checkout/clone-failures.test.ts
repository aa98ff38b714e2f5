import { readFile, readdir, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cloneMirror } from '#checkout/clone-mirror.ts';
import { fetchMirror } from '#checkout/fetch-mirror.ts';
import { inspectRemote } from '#checkout/inspect-remote.ts';
import { startGitServer } from '#checkout/testing/git-server.ts';
import { makeRepository } from '#checkout/testing/repository.ts';
import { temporaryDirectory } from '#checkout/testing/temporary.ts';

const policy = { allowInsecureLoopback: true };
const token = 'ghp_S3cretTokenThatNobodyMaySee';

test('a private repository is read with a token that stays out of arguments, config and errors (G5 S6)', async () => {
  const root = await temporaryDirectory();
  const source = await makeRepository(join(root, 'app.git'));
  const tip = await source.commit('one', { a: 'a' });
  const seen: string[] = [];
  const server = await startGitServer({
    root,
    token,
    intercept: () => {
      // While git waits for this answer it is alive, with all of its helpers.
      void readCommandLines().then((lines) => seen.push(lines));
      return false;
    },
  });
  const url = `${server.origin}/app.git`;
  const gitDir = join(root, 'm.git');

  await expect(inspectRemote({ url, policy })).rejects.toMatchObject({ reason: 'authentication_needed' });
  const wrong = await inspectRemote({ url, policy, token: 'wrong-token' }).catch((error: unknown) => error);
  const cloned = await cloneMirror({ url, gitDir, policy, token });

  expect(wrong).toMatchObject({ reason: 'authentication_needed' });
  expect(JSON.stringify(wrong) + String(wrong)).not.toContain('wrong-token');
  expect(cloned.commit).toBe(tip);
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  expect(seen.join('\n')).toContain('ls-remote');
  for (const text of [seen.join('\n'), await readFile(join(gitDir, 'config'), 'utf8')]) {
    expect(text).not.toContain(token);
    expect(text).not.toContain(basic);
  }
});

test.each([
  ['bytes', { bytes: 200_000, files: 100, minutes: 5 }, 'too_large'],
  ['files', { bytes: 1e9, files: 2, minutes: 5 }, 'too_large'],
  ['minutes', { bytes: 1e9, files: 100, minutes: 0.0001 }, 'timed_out'],
])('a repository over its %s is refused and leaves nothing behind (S11)', async (_limit, limits, reason) => {
  const root = await temporaryDirectory();
  const source = await makeRepository(join(root, 'app.git'));
  await source.git('config', 'uploadpack.allowFilter', 'true');
  await source.commit('one', { a: randomBytes(500_000), b: 'b', c: 'c' });
  const server = await startGitServer({ root });

  const clone = cloneMirror({ url: `${server.origin}/app.git`, gitDir: join(root, 'm.git'), policy, limits });

  await expect(clone).rejects.toMatchObject({ reason });
  expect(await readdir(root)).toEqual(['app.git']);
});

test('a clone that is cancelled stops git and leaves nothing behind (J9)', async () => {
  const root = await temporaryDirectory();
  await (await makeRepository(join(root, 'app.git'))).commit('one', { a: 'a' });
  const stop = new AbortController();
  const server = await startGitServer({
    root,
    intercept: (request) => {
      if (request.method !== 'POST') return false;
      stop.abort();
      // Never answers: only killing git ends this.
      return true;
    },
  });

  const clone = cloneMirror({
    url: `${server.origin}/app.git`,
    gitDir: join(root, 'm.git'),
    policy,
    signal: stop.signal,
  });

  await expect(clone).rejects.toMatchObject({ reason: 'cancelled' });
  expect(await readdir(root)).toEqual(['app.git']);
  expect(await readCommandLines()).not.toContain(join(root, 'm.git'));
});

test.each([
  ['a missing repository', 404, 'not_found'],
  ['a server that is down', 503, 'network'],
  ['a forbidden one', 403, 'authentication_needed'],
])('%s is told apart in words (G5)', async (_what, status, reason) => {
  const root = await temporaryDirectory();
  const server = await startGitServer({
    root,
    intercept: (_request, response) => {
      response.writeHead(status).end();
      return true;
    },
  });

  const asked = inspectRemote({ url: `${server.origin}/x/y.git`, policy });

  await expect(asked).rejects.toMatchObject({ reason, message: expect.not.stringContaining('fatal') });
});

test('a damaged pack fails clearly, and a fetch that fails leaves the mirror usable (S11)', async () => {
  const root = await temporaryDirectory();
  const source = await makeRepository(join(root, 'app.git'));
  const first = await source.commit('one', { a: 'a' });
  let isDamaged = false;
  const server = await startGitServer({
    root,
    intercept: (request, response) => {
      if (!isDamaged || request.method !== 'POST') return false;
      const pack = Buffer.concat([Buffer.from('PACK\0\0\0\x02\0\0\0\x05'), randomBytes(300)]);
      const line = Buffer.concat([
        Buffer.from((pack.length + 5).toString(16).padStart(4, '0')),
        Buffer.from([1]),
        pack,
      ]);
      let body = '';
      response.setHeader('content-type', 'application/x-git-upload-pack-result');
      request.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
      request.on('end', () => {
        if (body.includes('ls-refs')) response.end(`003d${second} refs/heads/main\n0000`);
        else
          response.end(
            Buffer.concat([
              Buffer.from('0014acknowledgments\n000aready\n0001000dpackfile\n'),
              line,
              Buffer.from('0000'),
            ]),
          );
      });
      return true;
    },
  });
  const url = `${server.origin}/app.git`;
  const gitDir = join(root, 'm.git');
  await cloneMirror({ url, gitDir, policy });
  const second = await source.commit('two', { a: 'b' });
  isDamaged = true;

  await expect(fetchMirror({ url, gitDir, policy })).rejects.toMatchObject({ reason: 'broken_repository' });
  isDamaged = false;

  expect((await readdir(join(gitDir, 'objects', 'pack'))).filter((name) => name.startsWith('tmp_'))).toEqual([]);
  expect((await fetchMirror({ url, gitDir, policy })).commit).toBe(second);
  expect(first).not.toBe(second);
});

test('an empty repository is refused in words, and half-made clones of a killed process are swept (G1)', async () => {
  const root = await temporaryDirectory();
  const source = await makeRepository(join(root, 'app.git'));
  const server = await startGitServer({ root });
  const options = { url: `${server.origin}/app.git`, gitDir: join(root, 'm.git'), policy };
  await expect(cloneMirror(options)).rejects.toMatchObject({ reason: 'empty' });
  await source.commit('one', { a: 'a' });
  await writeFile(join(root, 'm.git.partial-123'), 'half');

  await cloneMirror(options);

  expect((await readdir(root)).toSorted()).toEqual(['app.git', 'm.git']);
});

/** The arguments of every process on this machine. */
async function readCommandLines(): Promise<string> {
  const processes = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(processes.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')));
  return lines
    .filter((line) => line.startsWith('git') || line.includes('/git'))
    .join('\n')
    .replaceAll('\0', ' ');
}
