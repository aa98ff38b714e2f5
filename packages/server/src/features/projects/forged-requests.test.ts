import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errorBody } from '@yudai/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '#testing/start-test-app.ts';

// One database is enough: what a URL may reach is decided before anything is stored.

// What a person may make the server ask for (SSRF), through the two doors that take a URL. A listener on this machine must stay alone.

const json = { 'content-type': 'application/json' };
const canary = { port: 0, connections: 0 };
const listener = createServer((socket) => {
  canary.connections += 1;
  socket.on('error', () => undefined);
  socket.destroy();
});

let app: TestApp;
let trusting: TestApp;
let scratch: string;
beforeAll(async () => {
  listener.listen(0, '::');
  await once(listener, 'listening');
  // A listening TCP server has an AddressInfo.
  canary.port = (listener.address() as AddressInfo).port;
  scratch = await mkdtemp(join(tmpdir(), 'yudai-forged-'));
  // Not the rules for tests, which allow plain http to this machine.
  app = await startTestApp({ env: { YUDAI_ENV: 'production' } });
  trusting = await startTestApp();
});
beforeEach(() => (canary.connections = 0));
afterAll(async () => {
  await Promise.all([app.close(), trusting.close()]);
  listener.close();
  await rm(scratch, { recursive: true, force: true });
});

/** Every spelling of this machine, of private networks and of the places where clouds hand out credentials. */
const innerHosts = `
  127.0.0.1 127.1 127.0.1 127.255.255.254 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 0x7F.0X0.0.1 127.0.0.1.
  ①②⑦.⓪.⓪.① 127。0。0。1 0.0.0.0 0 0x0 127.0.0.1%00 localhost LOCALHOST localhost. ip6-localhost ${hostname()}
  [::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:7f00:0001] [::127.0.0.1]
  [64:ff9b::7f00:1] [64:ff9b:1::7f00:1] [2002:7f00:1::] [fe80::1] [fe80::1%25lo] [fc00::1] [ff02::1] [2001:db8::1] [3fff::1]
  10.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1 100.64.0.1 198.18.0.1 192.0.2.1 224.0.0.1 255.255.255.255
  169.254.169.254 0xa9fea9fe 2852039166 [::ffff:a9fe:a9fe] [fd00:ec2::254] 168.63.129.16 100.100.100.200`
  .trim()
  .split(/\s+/);

const otherSchemes = 'http git ssh git+ssh ftp ftps ws wss gopher dict ldap tftp sftp rsync'.split(' ');

/** Other ways than https to make git, or what it calls, do something: one a line. */
const otherSyntax = String.raw`
file:///etc/passwd
file://localhost/etc/passwd
/etc/passwd
../../x
~/x
git@127.0.0.1:a/b
a:b
ext::touch SCRATCH/touched
ext::sh -c touch% SCRATCH/touched
EXT::touch SCRATCH/touched
ext::nc 127.0.0.1 PORT
fd::3/x
transport::https://127.0.0.1:PORT/a
https::https://127.0.0.1:PORT/a
-uSCRATCH/touched
--upload-pack=touch SCRATCH/touched
-cprotocol.ext.allow=always
--
-
https://-oProxyCommand=touch/x
ssh://-oProxyCommand=touch/x
https://a.example/--upload-pack=x/b
https://user@127.0.0.1:PORT/a
https://u:p@127.0.0.1:PORT/a
https://example.org@127.0.0.1:PORT/a
https://example.org:443@127.0.0.1:PORT/a
https://127.0.0.1:PORT#@example.org/a
https://a%40b@127.0.0.1/a
https://127.0.0.1:PORT\@example.org/a
https://127.0.0.1:PORT/a?b=c
https:127.0.0.1:PORT/a/b
https:/127.0.0.1:PORT/a/b
//127.0.0.1:PORT/a/b
https://127.0.0.1:PORT/a/../b
https://127.0.0.1:PORT/%2e%2e/b
https://127.0.0.1:PORT/a%0aHost:%20x
jar:https://127.0.0.1:PORT!/a
data:,x`
  .trim()
  .split('\n');

const payloads = [
  ...innerHosts.flatMap((host) => [`https://${host}:PORT/a/b`, `https://${host}/latest/meta-data`]),
  ...otherSchemes.map((scheme) => `${scheme}://127.0.0.1:PORT/a/b`),
  ...otherSyntax,
  'https://example.org\n.127.0.0.1:PORT/a',
];

function real(payload: string): string {
  return payload.replaceAll('PORT', String(canary.port)).replaceAll('SCRATCH', scratch);
}

/** What both doors say to a URL. */
async function answersTo(url: string, at = app): Promise<{ status: number; code: string; text: string }[]> {
  const body = JSON.stringify({ source: { kind: 'git', url } });
  const answers = [];
  for (const path of ['/api/v1/sources/inspect', '/api/v1/projects']) {
    const response = await at.fetch(path, { method: 'POST', headers: json, body });
    const text = await response.text();
    answers.push({ status: response.status, code: errorBody.safeParse(JSON.parse(text)).data?.error.code ?? '', text });
  }
  return answers;
}

test('there are at least 60 payloads, no two alike (S10)', () => {
  expect(new Set(payloads).size).toBe(payloads.length);
  expect(payloads.length).toBeGreaterThan(140);
});

test('no payload makes the server connect, start a program or keep a project, and each is refused in words (S10 G1)', async () => {
  const wrong: unknown[] = [];

  for (const payload of payloads) {
    for (const answer of await answersTo(real(payload))) {
      const refused = ['invalid_input', 'forbidden', 'upstream_failed'].includes(answer.code);
      const tells = /\/root\/|\/home\/|node_modules|at .*\.ts|fatal:|spawn|ECONN/.test(answer.text);
      if (!refused || tells) wrong.push({ payload, answer });
    }
  }
  await app.app.jobs.drain();

  expect(wrong).toEqual([]);
  expect(canary.connections).toBe(0);
  expect(existsSync(join(scratch, 'touched'))).toBe(false);
  expect((await app.client.projects.list({})).items).toEqual([]);
}, 240_000);

test('control: where private hosts are allowed the same listener is reached', async () => {
  await using open = await startTestApp({ env: { YUDAI_ENV: 'production', YUDAI_ALLOW_PRIVATE_GIT_HOSTS: 'true' } });

  await answersTo(real('https://127.0.0.1:PORT/a/b'), open);

  expect(canary.connections).toBeGreaterThan(0);
});

test('folders of the server are nobody’s where a team uses it: neither looked at nor connected (S11)', async () => {
  await using team = await startTestApp({
    env: {
      YUDAI_GITHUB_CLIENT_ID: 'client',
      YUDAI_GITHUB_CLIENT_SECRET: 'a-secret-of-a-client',
      YUDAI_PUBLIC_URL: 'http://localhost',
      YUDAI_ADMINISTRATORS: 'grace',
      YUDAI_RATE_LIMIT: '0',
    },
  });
  const ada = await team.as('Ada');
  const statuses = [];

  for (const path of [scratch, '/etc', '/', join(scratch, 'missing')])
    for (const door of ['/api/v1/sources/inspect', '/api/v1/projects']) {
      const body = JSON.stringify({ source: { kind: 'folder', path } });
      statuses.push((await ada.fetch(door, { method: 'POST', headers: json, body })).status);
    }

  expect(new Set(statuses)).toEqual(new Set([403]));
  expect((await app.fetch('/api/v1/sources/inspect', folderAsked())).status).toBe(200);
});

test('control: git itself runs what ext:: names, where nobody refuses it', async () => {
  const git = ['-c', 'protocol.ext.allow=always', 'ls-remote', `ext::touch ${scratch}/control`];
  await promisify(execFile)('git', git).catch(() => undefined);

  expect(existsSync(join(scratch, 'control'))).toBe(true);
});

test.each([301, 302, 303, 307, 308])('a redirect with %i leads nowhere, whatever it names (S10 C7)', async (status) => {
  const targets = ['http://127.0.0.1:PORT/x', 'https://127.0.0.1:PORT/x', 'http://[::1]:PORT/x', '//127.0.0.1:PORT/x'];
  for (const target of [...targets, 'file:///etc/passwd', 'ext::touch SCRATCH/touched', 'https://169.254.169.254/x']) {
    const { url, close } = await startRedirecting(status, real(target));

    const [inspected] = await answersTo(`${url}/a.git`, trusting);
    close();

    expect([200, 202]).not.toContain(inspected?.status);
  }

  expect(canary.connections).toBe(0);
  expect(existsSync(join(scratch, 'touched'))).toBe(false);
});

test('control: git as it comes follows the redirect to the listener', async () => {
  const { url, close } = await startRedirecting(
    302,
    `${real('http://127.0.0.1:PORT/x')}/info/refs?service=git-upload-pack`,
  );

  await promisify(execFile)('git', ['ls-remote', `${url}/a.git`], {
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
  }).catch(() => undefined);
  close();

  expect(canary.connections).toBeGreaterThan(0);
});

function folderAsked(): RequestInit {
  return { method: 'POST', headers: json, body: JSON.stringify({ source: { kind: 'folder', path: scratch } }) };
}

async function startRedirecting(status: number, location: string): Promise<{ url: string; close: () => void }> {
  const server = createHttpServer((_request, response) => response.writeHead(status, { location }).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A listening TCP server has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
