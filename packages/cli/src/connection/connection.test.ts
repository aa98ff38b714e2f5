import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { toSource } from '#connection/choose-project.ts';
import { connect, dataDirectory } from '#connection/connect.ts';
import { readEvents } from '#connection/server-sent-events.ts';
import type { Terminal } from '#terminal.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

test('the feed is read whole however its bytes are cut, with CRLF, comments and several data lines (E12)', async () => {
  const text =
    'retry: 1000\n: hello\nevent: progress\r\nid: 1\r\ndata: {"a":\r\ndata: "é"}\r\n\r\ndata: bare\n\nevent: cut\ndata: never ended';
  const bytes = new TextEncoder().encode(text);

  for (const size of [1, 2, 3, 7, bytes.length]) {
    const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.slice(at * size, (at + 1) * size),
    );

    const events = await Array.fromAsync(readEvents(ReadableStream.from(parts)));

    expect(events).toEqual([
      { type: 'progress', data: '{"a":\n"é"}' },
      { type: 'message', data: 'bare' },
    ]);
  }
});

test.each(['https://git.example.org/a/b.git', 'ssh://git@host/a', 'ext::sh -c id', 'git@github.com:a/b.git'])(
  '%s is an address, which the server judges',
  (url) => {
    expect(toSource(url, '/')).toEqual({ kind: 'git', url });
  },
);

test('a folder is its real path; a missing one is said before the server is asked', () => {
  const folder = newFolder();
  symlinkSync(folder, `${folder}-link`);
  cleanups.push(() => rmSync(`${folder}-link`));

  expect(toSource(`${folder}-link`, '/')).toEqual({ kind: 'folder', path: folder });
  expect(toSource('.', folder)).toEqual({ kind: 'folder', path: folder });
  expect(() => toSource('nowhere', folder)).toThrow(`There is no folder ${folder}/nowhere.`);
});

test('the data directory is the option, else YUDAI_DATA, else the place for data of this user', () => {
  const terminal = terminalWith({ YUDAI_DATA: 'here', XDG_DATA_HOME: '/share' }, '/home/somebody');

  expect(dataDirectory(terminal, { data: '/there' })).toBe('/there');
  expect(dataDirectory(terminal, {})).toBe('/home/somebody/here');
  expect(dataDirectory(terminalWith({ XDG_DATA_HOME: '/share' }, '/'), {})).toBe('/share/yudai');
});

test('the server that holds the data directory is found through its note', async () => {
  const data = newFolder();
  const url = await listeningServer();
  writeFileSync(join(data, 'server.json'), JSON.stringify({ pid: process.pid, startedAt: new Date(), url }));

  const connection = await connect(terminalWith({}, '/'), { data });

  expect(connection).toMatchObject({ kind: 'server', url });
});

test('a server that is named but does not answer is unavailable, in words', async () => {
  const terminal = terminalWith({ YUDAI_URL: 'http://127.0.0.1:9' }, '/');

  await expect(connect(terminal, {})).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('http://127.0.0.1:9'),
  });
});

test('what answers there and is no Yudai is said so, also when it stands before one later on', async () => {
  const page = () => new Response('<html>502</html>', { headers: { 'content-type': 'text/html' }, status: 502 });
  const other = await listeningServer('<html>hello</html>', 'text/html');
  const proxy = await listeningServer('{"status":"ok"}', 'application/json', page);

  await expect(connect(terminalWith({}, '/'), { url: other })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('is not Yudai'),
  });
  const { client } = await connect(terminalWith({}, '/'), { url: proxy });
  await expect(client.accounts.status({})).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('HTTP 502'),
  });
});

test.each(['github:ada', 'github:a/b/c', 'github:'])('%s names no repository, and is no folder either', (text) => {
  expect(() => toSource(text, '/')).toThrow('github:owner/name');
});

test.each(['127.0.0.1:4747', 'ftp://host', ''.padEnd(3)])('"%s" is not the address of a server', async (url) => {
  await expect(connect(terminalWith({}, '/'), { url })).rejects.toMatchObject({ code: 'bad_request' });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'yudai-cli-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A server whose health answers so; `others` answers everything else. */
function listeningServer(
  text = '{"status":"ok"}',
  contentType = 'application/json',
  others: () => Response = () => new Response(text),
): Promise<string> {
  const server: Server = createServer((request, response) => {
    const answer =
      request.url === '/health/live' ? new Response(text, { headers: { 'content-type': contentType } }) : others();
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    void answer.text().then((body) => response.end(body));
  });
  cleanups.push(() => server.close());
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`);
    });
  });
}

function terminalWith(env: Terminal['env'], cwd: string): Terminal {
  const stream = new PassThrough();
  return { stdin: stream, stdout: stream, stderr: stream, env, cwd, signal: new AbortController().signal };
}
