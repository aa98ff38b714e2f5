import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Id } from '@yudai/contract';
import { connectAndIndex, makeRepository, type TestRepository } from '#testing/make-repository.ts';
import { startTestApp, type TestApp } from '#testing/start-test-app.ts';

// One database is enough: what a path may name is decided in git and at the door, not by a query.

// Every way to name a file that is not the project's, at every door that takes a path. A file next to the project must stay unread.

const canary = 'canary-outside-of-the-project';
const json = { 'content-type': 'application/json' };

let app: TestApp;
let repository: TestRepository;
let scratch: string;
let projectId: Id<'project'>;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'yudai-outside-'));
  const webDist = join(scratch, 'web', 'dist');
  await mkdir(join(webDist, 'assets'), { recursive: true });
  await writeFile(join(webDist, 'index.html'), '<!doctype html><title>Yudai</title>');
  await writeFile(join(webDist, '.hidden'), canary);
  await writeFile(join(scratch, 'web', 'outside.txt'), canary);
  await writeFile(join(scratch, 'outside.txt'), canary);
  repository = await makeRepository({ 'src/index.ts': 'export const tea = 1;\n', 'a/b/c.txt': 'inside\n' });
  await symlink(join(scratch, 'outside.txt'), join(repository.folder, 'link.txt'));
  await symlink(scratch, join(repository.folder, 'linked'));
  await repository.commit('Links');
  app = await startTestApp({ webDist, listen: true });
  projectId = (await connectAndIndex(app, repository.folder)).project.id;
});
afterAll(async () => {
  await app.close();
  await repository.remove();
  await rm(scratch, { recursive: true, force: true });
});

const dots = [
  '..',
  '%2e%2e',
  '.%2e',
  '%252e%252e',
  '..;',
  '\u2025',
  '．．',
  '..\u0000',
  '..%00',
  '%c0%ae%c0%ae',
  '....',
  '. .',
];
const slashes = ['/', '\\', '%2f', '%5c', '%252f', '//', '/./', '\u2215', '%c0%af'];

/** `up` stands for the way from the project to the folder that holds the canary. */
function payloadsFor(target: string): string[] {
  const climbing = dots.flatMap((dot) => slashes.map((slash) => `${dot}${slash}${target}`));
  const deep = slashes.map((slash) => `${`..${slash}`.repeat(12)}${target.replace(/^\//, '')}`);
  const within = ['a/b/../../../', 'src/..;/../', './../', 'src/index.ts/../../../', '/'].map(
    (start) => start + target,
  );
  return [...climbing, ...deep, ...within];
}

const special = `
  .git/config .git/HEAD .git .GIT/config .git./config .git%20/config git~1/config .git::$INDEX_ALLOCATION/config
  link.txt linked linked/outside.txt linked/../outside.txt src/index.ts/ src//index.ts ./src/index.ts
  /etc/passwd file:///etc/passwd ~/.ssh/id_rsa ~root C:\\Windows\\win.ini \\\\host\\share\\x /proc/self/environ /dev/stdin
  --upload-pack=x -x :(top)x HEAD:src/index.ts :0:src/index.ts @ src/index.ts\u0000.png CON nul`
  .trim()
  .split(/\s+/);

const payloads = [...payloadsFor('outside.txt'), ...special];

test('there are at least 80 paths, no two alike (S11)', () => {
  expect(new Set(payloads).size).toBe(payloads.length);
  expect(payloads.length).toBeGreaterThan(150);
});

type Ask = (path: string) => Promise<Response>;
const doors: [name: string, ask: Ask][] = [
  ['file', (path) => read('/file', { path })],
  ['tree', (path) => read('/tree', { path })],
  ['symbols', (path) => read('/symbols', { query: 'tea', path })],
  ['dependencies', (path) => read('/dependencies', { path })],
  ['graph', (path) => read('/graph', { path })],
  ['search', (path) => change('/search', 'POST', { query: 'canary', mode: 'text', path })],
  ['pack', (path) => change('/pack', 'POST', { query: 'canary', budget: 2000, paths: [path] })],
  ['correction', (path) => change('/files', 'PATCH', { path, category: 'docs' })],
  ['connect', (path) => app.fetch('/api/v1/sources/inspect', posted({ source: { kind: 'folder', path } }))],
];

test.each(doors)('%s: no path leads out of the project, or breaks the door (S11)', async (_name, ask) => {
  const wrong: unknown[] = [];

  for (const path of payloads) {
    const response = await ask(path);
    const text = await response.text();
    const leaks = text.replaceAll(JSON.stringify(path).slice(1, -1), '').includes(canary) || text.includes('root:x:0:');
    if (leaks || response.status >= 500) wrong.push({ path, status: response.status, text: text.slice(0, 300) });
  }

  expect(wrong).toEqual([]);
  expect(await readFile(join(scratch, 'outside.txt'), 'utf8')).toBe(canary);
});

test('a link in the repository is listed, and what it points at is not read', async () => {
  expect(await app.client.codebase.file({ projectId, path: 'link.txt' })).toMatchObject({
    text: null,
    skipped: 'symlink',
  });
  const { hits } = await app.client.codebase.search({ projectId, query: canary, mode: 'text' });
  expect(hits).toEqual([]);
});

test('control: who joins a path to a folder and reads it does find the file', async () => {
  const naive = async (path: string) => {
    const texts = await Promise.all(
      [path, decodeURIComponentOr(path)].map((each) => readFile(join(repository.folder, each), 'utf8').catch(() => '')),
    );
    return texts.includes(canary);
  };
  await symlink(join(scratch, 'outside.txt'), join(tmpdir(), 'outside.txt')).catch(() => undefined);

  const found = await Promise.all(payloads.map(naive));
  await rm(join(tmpdir(), 'outside.txt'), { force: true });

  expect(found.filter(Boolean).length).toBeGreaterThan(5);
});

test('the pages are served from their folder only, however the URL is written (S11)', async () => {
  const targets = ['outside.txt', '.hidden', 'package.json'];
  const urls = [...targets.flatMap((target) => payloadsFor(target)), '.hidden', 'assets/../.hidden', '%2ehidden'];
  const starts = ['/', '/assets/'];
  const answers: string[] = [];

  for (const start of starts)
    for (const url of urls)
      if (!/[\0\s]/.test(url)) answers.push(await rawAnswer(start + encodeURI(url).replaceAll('%25', '%')));

  expect(answers.length).toBeGreaterThan(300);
  expect(answers.filter((answer) => answer.includes(canary) || answer.includes('"private"'))).toEqual([]);
  expect(answers.filter((answer) => !/^HTTP\/1\.1 (200|400|403|404|405)/.test(answer))).toEqual([]);
});

function read(path: string, query: Record<string, string>): Promise<Response> {
  return app.fetch(`/api/v1/projects/${projectId}${path}?${new URLSearchParams(query).toString()}`);
}

function change(path: string, method: string, body: unknown): Promise<Response> {
  return app.fetch(`/api/v1/projects/${projectId}${path}`, { ...posted(body), method });
}

function posted(body: unknown): RequestInit {
  return { method: 'POST', headers: json, body: JSON.stringify(body) };
}

function decodeURIComponentOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not an encoded text: as it is.
    return text;
  }
}

/** What a client gets that does not tidy up the path before it asks. */
async function rawAnswer(path: string): Promise<string> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}
