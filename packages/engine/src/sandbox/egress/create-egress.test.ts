import { request, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createAllowList, readDestination } from '#sandbox/egress/allow-list.ts';
import { type EgressOptions, createEgress } from '#sandbox/egress/create-egress.ts';
import { needBoxes, openTemporaryFolder, openTestBox } from '#sandbox/testing/boxes.ts';

/** A server on this machine, and an egress whose names all lead to it. */
async function openScene(options: Partial<EgressOptions> = {}) {
  const seen: string[] = [];
  const server = createServer((incoming, response) => {
    seen.push(`${incoming.method} ${incoming.headers.host} ${incoming.url}`);
    response.end('hello from outside');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It listens on a port.
  const { port } = server.address() as AddressInfo;
  const scene: EgressOptions = {
    allow: [`listed.test:${port}`],
    policy: { allowInsecureLoopback: true },
    resolve: async () => ['127.0.0.1'],
    ...options,
  };
  return { seen, port, options: scene };
}

async function openEgress(options: EgressOptions) {
  const egress = await createEgress(join(await openTemporaryFolder(), 'egress.sock'), options);
  onTestFinished(() => egress.close());
  return egress;
}

/** Asks the proxy for a tunnel and says with which status it answers. */
function tunnelStatus(socketPath: string, authority: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, method: 'CONNECT', path: authority });
    asking.on('connect', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    asking.on('error', reject).end();
  });
}

function plainStatus(socketPath: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

test('listed hosts are reached, others are not, and both are written down', async () => {
  const { port, options, seen } = await openScene();
  const { socketPath, decisions } = await openEgress(options);

  expect(await tunnelStatus(socketPath, `listed.test:${port}`)).toBe(200);
  expect(await plainStatus(socketPath, `http://listed.test:${port}/path`, { host: 'other.test' })).toBe(200);
  expect(await tunnelStatus(socketPath, `other.test:${port}`)).toBe(403);
  expect(await tunnelStatus(socketPath, 'listed.test:22')).toBe(403);
  expect(await plainStatus(socketPath, `http://other.test:${port}/`, { host: `listed.test:${port}` })).toBe(403);
  expect(await plainStatus(socketPath, '/relative')).toBe(403);

  expect(seen).toEqual([`GET listed.test:${port} /path`]);
  expect(decisions.map(({ host, outcome }) => `${host} ${outcome}`)).toEqual([
    'listed.test allowed',
    'listed.test allowed',
    'other.test not_listed',
    'listed.test not_listed',
    'other.test not_listed',
  ]);
  expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
});

const privateAddresses = [
  '127.0.0.1',
  '10.0.0.1',
  '192.168.1.1',
  '172.16.0.1',
  '169.254.169.254',
  '100.100.100.200',
  '0.0.0.0',
  '::1',
  'fe80::1',
  'fd00:ec2::254',
  '::ffff:127.0.0.1',
  '64:ff9b::7f00:1',
];

test.each(privateAddresses)('a listed name that leads to %s is refused', async (address) => {
  const { port, options, seen } = await openScene({ policy: {}, resolve: async () => ['93.184.215.14', address] });
  const { socketPath, decisions } = await openEgress(options);

  expect(await tunnelStatus(socketPath, `listed.test:${port}`)).toBe(403);
  expect(await plainStatus(socketPath, `http://listed.test:${port}/`)).toBe(403);

  expect(seen).toEqual([]);
  expect(decisions.map(({ outcome }) => outcome)).toEqual(['private_address', 'private_address']);
});

test('a mirror of whoever runs the machine may be in its own network, but nowhere that hands out credentials', async () => {
  const { port, options, seen } = await openScene({ policy: {}, allow: [] });
  const addresses: Record<string, string> = { 'mirror.test': '127.0.0.1', 'metadata.test': '169.254.169.254' };
  const { socketPath } = await openEgress({
    ...options,
    allow: [`listed.test:${port}`],
    trusted: [`mirror.test:${port}`, `metadata.test:${port}`],
    resolve: async (host) => [addresses[host] ?? '127.0.0.1'],
  });

  expect(await plainStatus(socketPath, `http://mirror.test:${port}/package`)).toBe(200);
  expect(await tunnelStatus(socketPath, `metadata.test:${port}`)).toBe(403);
  expect(await tunnelStatus(socketPath, `listed.test:${port}`)).toBe(403);
  expect(seen).toEqual([`GET mirror.test:${port} /package`]);
});

test('a name is looked up once for a connection: a second answer never counts', async () => {
  let lookups = 0;
  const { port, options } = await openScene({
    resolve: async () => {
      lookups += 1;
      return ['127.0.0.1'];
    },
  });
  const { socketPath } = await openEgress(options);

  expect(await tunnelStatus(socketPath, `listed.test:${port}`)).toBe(200);

  expect(lookups).toBe(1);
});

test('a host that is gone or cannot be found is told as such', async () => {
  const { options } = await openScene({ allow: ['listed.test:1', 'unknown.test'] });
  const unknown = async (host: string) => (host === 'unknown.test' ? [] : ['127.0.0.1']);
  const { socketPath, decisions } = await openEgress({ ...options, resolve: unknown });

  expect(await tunnelStatus(socketPath, 'listed.test:1')).toBe(502);
  expect(await tunnelStatus(socketPath, 'unknown.test:443')).toBe(403);

  expect(decisions.map(({ outcome }) => outcome)).toEqual(['unreachable', 'unreachable']);
});

test('a list means what it says', () => {
  const isListed = createAllowList(['example.com', '*.example.org', 'git.test:9418', '*.deep.test:8443']);
  const allowed = [
    'example.com:443',
    'EXAMPLE.com:80',
    'example.com.:443',
    'a.b.example.org:443',
    'git.test:9418',
    'x.deep.test:8443',
  ];
  const refused = [
    'sub.example.com:443',
    'example.com:22',
    'example.org:443',
    'evilexample.org:443',
    'example.com.evil.test:443',
    'git.test:443',
    'x.deep.test:443',
  ];
  const judge = (authority: string) => {
    const destination = readDestination(authority, 443);
    return destination !== null && isListed(destination);
  };

  expect(allowed.filter((it) => !judge(it))).toEqual([]);
  expect(refused.filter((it) => judge(it))).toEqual([]);
  for (const text of ['*', '*.com', 'https://example.com', 'a b', 'user@host', 'host/path', '']) {
    expect(() => createAllowList([text])).toThrow('is not a host');
  }
});

test('addresses in odd spellings are addresses', () => {
  expect(readDestination('0x7f.1:443', 443)).toEqual({ host: '127.0.0.1', port: 443 });
  expect(readDestination('2130706433', 443)).toEqual({ host: '127.0.0.1', port: 443 });
  expect(readDestination('[::1]:80', 443)).toEqual({ host: '::1', port: 80 });
  expect(readDestination('user:pass@host:443', 443)).toBeNull();
});

test('a box reaches listed hosts by its proxy when it may, and nothing when it may not', async (context) => {
  const { holds, warnings } = await needBoxes(context);
  if (holds.network === 'none') context.skip(warnings.map(({ what }) => what).join('\n'));
  const { port, options } = await openScene();
  const box = await openTestBox({ egress: options });
  const fetch = (host: string) => `perl -MSocket -e '
    socket(my $it, 2, 1, 0); connect($it, pack_sockaddr_in(3128, inet_aton("127.0.0.1"))) or exit print "no proxy\\n";
    syswrite($it, "GET http://${host}:${port}/ HTTP/1.0\\r\\nhost: x\\r\\n\\r\\n"); print while <$it>'`;

  const allowed = await box.run({
    shell: `${fetch('listed.test')}; ${fetch('other.test')}`,
    network: 'allowed',
    timeoutMs: 60_000,
  });
  const without = await box.run({ shell: fetch('listed.test'), timeoutMs: 60_000 });

  expect(allowed.output).toContain('hello from outside');
  expect(allowed.output).toContain('other.test');
  expect(without.output).toContain('no proxy');
  expect(box.egressDecisions.map(({ host, outcome }) => `${host} ${outcome}`)).toEqual([
    'listed.test allowed',
    'other.test not_listed',
  ]);
});
