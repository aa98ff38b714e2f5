import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkRemote } from '#checkout/check-remote.ts';
import { cloneMirror } from '#checkout/clone-mirror.ts';
import { inspectRemote } from '#checkout/inspect-remote.ts';
import { startGitServer } from '#checkout/testing/git-server.ts';
import { makeRepository } from '#checkout/testing/repository.ts';
import { temporaryDirectory } from '#checkout/testing/temporary.ts';

/** PORT is a listener on this machine that must stay alone. */
const badUrls = [
  '',
  'example.org/a/b',
  'file:///etc/passwd',
  'FILE:///etc',
  '/etc/passwd',
  '../escape',
  'http://127.0.0.1:PORT/a/b',
  'http://example.org/a/b',
  'git://127.0.0.1:PORT/a/b',
  'ssh://git@127.0.0.1:PORT/a/b',
  'git@127.0.0.1:a/b.git',
  'git+ssh://127.0.0.1:PORT/a/b',
  'ftp://127.0.0.1:PORT/a/b',
  'ftps://127.0.0.1:PORT/a/b',
  'rsync://127.0.0.1:PORT/a/b',
  'gopher://127.0.0.1:PORT/_x',
  'dict://127.0.0.1:PORT/x',
  'javascript:alert(1)',
  'data:text/plain,x',
  'ext::sh -c touch% /tmp/pwned',
  'ext::nc 127.0.0.1 PORT',
  'fd::17/foo',
  'EXT::sh',
  'https::https://127.0.0.1:PORT/a',
  '-uhttps://127.0.0.1:PORT/a/b',
  '--upload-pack=touch /tmp/pwned',
  '-oProxyCommand=touch /tmp/pwned',
  'https://user@127.0.0.1:PORT/a/b',
  'https://user:secret@127.0.0.1:PORT/a/b',
  'https://example.org@127.0.0.1:PORT/a/b',
  'https://127.0.0.1:PORT/a/b?x=1',
  'https://127.0.0.1:PORT/a/b#x',
  'https://127.0.0.1:PORT/',
  'https://127.0.0.1:PORT//',
  'https://127.0.0.1:PORT/a\\b',
  'https://127.0.0.1:PORT\\@example.org/a',
  'https://127.0.0.1:PORT/a b',
  'https://127.0.0.1:PORT/a\nb',
  'https://127.0.0.1:PORT/a\u0000b',
  'https://127.0.0.1:PORT/a%0d%0aHost:x',
  'https://127.0.0.1:PORT/%00',
  'https://127.0.0.1:PORT/-upload',
  'https://127.0.0.1:PORT/a/..%2f..%2fb',
  'https://127.0.0.1:PORT/%zz',
  'https://127.0.0.1:99999/a/b',
  'https://[::1/a/b',
  'https:///a',
];

const privateUrls = [
  'https://127.0.0.1:PORT/a/b',
  'https://localhost:PORT/a/b',
  'https://localhost.:PORT/a/b',
  'https://LOCALHOST:PORT/a/b',
  'https://127.1:PORT/a/b',
  'https://2130706433:PORT/a/b',
  'https://0x7f000001:PORT/a/b',
  'https://0x7f.0.0.1:PORT/a/b',
  'https://0177.0.0.1:PORT/a/b',
  'https://①②⑦.⓪.⓪.①:PORT/a/b',
  'https://127.0.0.1%2f@:PORT/a/b',
  'https://0.0.0.0:PORT/a/b',
  'https://0:PORT/a/b',
  'https://[::1]:PORT/a/b',
  'https://[::]:PORT/a/b',
  'https://[::ffff:127.0.0.1]:PORT/a/b',
  'https://[::ffff:7f00:1]:PORT/a/b',
  'https://[::127.0.0.1]:PORT/a/b',
  'https://[64:ff9b::7f00:1]:PORT/a/b',
  'https://[2002:7f00:1::]:PORT/a/b',
  'https://[2001:0:7f00:1::]:PORT/a/b',
  'https://[fe80::1]:PORT/a/b',
  'https://[fc00::1]/a/b',
  'https://[fec0::1]/a/b',
  'https://[ff02::1]/a/b',
  'https://10.0.0.1/a/b',
  'https://172.16.0.1/a/b',
  'https://192.168.1.1/a/b',
  'https://100.64.0.1/a/b',
  'https://169.254.169.254/latest/meta-data',
  'https://[fd00:ec2::254]/latest',
  'https://168.63.129.16/a/b',
  'https://100.100.100.200/a/b',
  'https://192.0.0.192/a/b',
  'https://198.18.0.1/a/b',
  'https://224.0.0.1/a/b',
  'https://255.255.255.255/a/b',
  'https://240.0.0.1/a/b',
];

test('no refused URL is connected to, and each refusal says why (S10)', async () => {
  const canary = await startCanary();
  const gitDir = join(await temporaryDirectory(), 'm.git');
  const answers: Record<string, string> = {};

  for (const url of [...badUrls, ...privateUrls]) {
    const real = url.replace('PORT', String(canary.port));
    const [inspected, cloned] = await Promise.allSettled([
      inspectRemote({ url: real }),
      cloneMirror({ url: real, gitDir }),
    ]);
    answers[url] = [inspected, cloned]
      .map((each) => (each.status === 'rejected' ? String(each.reason.reason) : 'open'))
      .join();
  }

  const bad = new Set(['bad_url,bad_url']);
  expect(badUrls.filter((url) => !bad.has(answers[url] ?? ''))).toEqual([]);
  const refused = new Set(['private_address,private_address', 'bad_url,bad_url']);
  expect(privateUrls.filter((url) => !refused.has(answers[url] ?? ''))).toEqual([]);
  expect(canary.connections).toBe(0);
});

test('a name is resolved once: every address counts, and git gets the one that was checked (S10)', async () => {
  const answers = [['93.184.215.14', '127.0.0.1'], ['10.1.2.3'], ['not an address'], []];
  for (const addresses of answers) {
    const refused = checkRemote({ url: 'https://rebind.example/a/b', resolve: async () => addresses });
    await expect(refused).rejects.toMatchObject({ reason: addresses.length === 0 ? 'network' : 'private_address' });
  }
  const root = await temporaryDirectory();
  await (await makeRepository(join(root, 'app.git'))).commit('one', { a: 'a' });
  const server = await startGitServer({ root });
  let lookups = 0;

  const inspected = await inspectRemote({
    url: server.origin.replace('127.0.0.1', 'localhost') + '/app.git',
    policy: { allowInsecureLoopback: true },
    resolve: async () => {
      lookups += 1;
      return ['127.0.0.1'];
    },
  });

  expect(inspected.branches).toEqual(['main']);
  expect(lookups).toBe(1);
});

test('a pinned address is where git connects, whatever DNS says later (S10)', async () => {
  const canary = await startCanary();

  const asked = inspectRemote({
    url: `https://never-resolves.invalid:${canary.port}/a/b`,
    policy: { allowPrivateHosts: true },
    resolve: async () => ['127.0.0.1'],
  });

  // The canary speaks no TLS, so the connection fails, but it was made to the pinned address.
  await expect(asked).rejects.toMatchObject({ reason: 'network' });
  expect(canary.connections).toBe(1);
});

test('private hosts can be allowed, cloud metadata never (S10)', async () => {
  const policy = { allowPrivateHosts: true };

  expect(await checkRemote({ url: 'https://10.0.0.1/a/b/', policy })).toBe('https://10.0.0.1/a/b');
  for (const host of ['169.254.169.254', '[fd00:ec2::254]', '[::ffff:169.254.169.254]', '100.100.100.200', '0.0.0.0']) {
    await expect(checkRemote({ url: `https://${host}/a`, policy })).rejects.toMatchObject({
      reason: 'private_address',
    });
  }
});

test('a redirect is not followed but named (S10 C7)', async () => {
  const root = await temporaryDirectory();
  const canary = await startCanary();
  const server = await startGitServer({
    root,
    intercept: (request, response) => {
      const to = `http://127.0.0.1:${canary.port}${(request.url ?? '').replace('/old', '/new')}`;
      response.writeHead(301, { location: to }).end();
      return true;
    },
  });

  const asked = inspectRemote({ url: `${server.origin}/old.git`, policy: { allowInsecureLoopback: true } });

  await expect(asked).rejects.toMatchObject({
    reason: 'redirected',
    message: `${server.origin}/old.git has moved to http://127.0.0.1:${canary.port}/new.git. Use that URL.`,
  });
  expect(canary.connections).toBe(0);
});

/** Counts who connects; hangs up at once. */
async function startCanary() {
  const canary = { port: 0, connections: 0 };
  const server = createServer((socket) => {
    canary.connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '::', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  // A listening TCP server has an AddressInfo.
  canary.port = (server.address() as AddressInfo).port;
  return canary;
}
