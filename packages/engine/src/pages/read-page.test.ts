import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { PageError } from '#pages/page-error.ts';
import { readPage } from '#pages/read-page.ts';

const here = { policy: { allowInsecureLoopback: true } };

test('a page is its title and its text as Markdown, without what is not for reading (D14 N15)', async () => {
  const { url } = await startSite({
    '/': html(
      `<title>Retries</title><nav>Menu</nav><h1>Retries</h1><script>steal()</script><p>Count <b>once</b>, see
      <a href="/more">more</a> or <a href="javascript:alert(1)">less</a>.</p><img src="https://evil.example/x.png" alt="a chart"
      ><pre><code>retry(3)</code></pre><ul><li>one<li>two</ul><iframe src="https://evil.example"></iframe>`,
    ),
  });

  const page = await readPage(`${url}/#part`, here);

  expect(page.title).toBe('Retries');
  expect(page.url).toBe(`${url}/`);
  expect(page.text).toContain('# Retries');
  expect(page.text).toContain(`Count **once**, see [more](${url}/more) or less.`);
  expect(page.text).toContain('a chart');
  expect(page.text).toContain('```\nretry(3)\n```');
  expect(page.text).not.toMatch(/steal|Menu|evil|javascript/);
});

test('text comes as it is, in the encoding that the server or the page names (D14)', async () => {
  const { url } = await startSite({
    '/plain': reply(200, { 'content-type': 'text/plain; charset=iso-8859-1' }, Buffer.from('caf\u00e9\n', 'latin1')),
    '/page': reply(
      200,
      { 'content-type': 'text/html' },
      Buffer.from('<meta charset="iso-8859-1"><p>caf\u00e9', 'latin1'),
    ),
    '/json': reply(200, { 'content-type': 'application/json' }, '{"a": 1}'),
  });

  expect((await readPage(`${url}/plain`, here)).text).toBe('café');
  expect((await readPage(`${url}/page`, here)).text).toBe('café');
  expect((await readPage(`${url}/json`, here)).text).toBe('{"a": 1}');
});

test.each([
  'http://example.org/',
  'ftp://example.org/',
  'file:///etc/passwd',
  'https://user:password@example.org/',
  'no address',
])('%s is no address of a page (N5)', async (address) => {
  expect(await refusal(readPage(address))).toBe('bad_url');
});

test.each([
  'https://127.0.0.1/',
  'https://[::1]/',
  'https://10.0.0.1/',
  'https://192.168.1.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://[::ffff:169.254.169.254]/',
  'https://0.0.0.0/',
  'https://2130706433/',
  'https://100.100.100.200/',
])('%s is on no public network (N5)', async (address) => {
  expect(await refusal(readPage(address))).toBe('private_address');
});

test('a public name that leads to this machine is refused, and nobody is asked (N5)', async () => {
  const { url, requests } = await startSite({ '/': html('secret') });
  const resolve = async () => ['93.184.216.34', '127.0.0.1'];

  expect(await refusal(readPage(`https://public.example:${new URL(url).port}/`, { resolve }))).toBe('private_address');
  expect(requests).toEqual([]);
});

test('a redirect is checked like the address itself (N5)', async () => {
  const { url } = await startSite({
    '/inside': reply(302, { location: 'https://169.254.169.254/latest/meta-data/' }),
    '/plain': reply(302, { location: 'http://93.184.216.34/' }),
    '/file': reply(302, { location: 'file:///etc/passwd' }),
    '/round': reply(302, { location: '/round' }),
    '/there': reply(301, { location: '/here' }),
    '/here': html('<p>here'),
  });
  // http is for this machine only, whatever the policy of tests.
  expect(await refusal(readPage(`${url}/plain`, here))).toBe('private_address');
  expect(await refusal(readPage(`${url}/inside`, here))).toBe('private_address');
  expect(await refusal(readPage(`${url}/file`, here))).toBe('bad_url');
  expect(await refusal(readPage(`${url}/round`, here))).toBe('refused');
  expect(await readPage(`${url}/there`, here)).toMatchObject({ url: `${url}/here`, text: 'here' });
});

test('what is too large, not text, missing or never comes is refused in words (N3)', async () => {
  const { url } = await startSite({
    '/large': html('x'.repeat(1_000_001)),
    '/image': reply(200, { 'content-type': 'image/png' }, 'x'),
    '/bytes': reply(200, { 'content-type': 'text/plain' }, 'a\0b'),
    '/packed': reply(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' }, 'x'),
    '/silent': () => {},
  });

  expect(await refusal(readPage(`${url}/large`, here))).toBe('too_large');
  expect(await refusal(readPage(`${url}/image`, here))).toBe('not_text');
  expect(await refusal(readPage(`${url}/bytes`, here))).toBe('not_text');
  expect(await refusal(readPage(`${url}/packed`, here))).toBe('not_text');
  expect(await refusal(readPage(`${url}/nowhere`, here))).toBe('refused');
  expect(await refusal(readPage(`${url}/silent`, { ...here, timeoutMs: 50 }))).toBe('timed_out');
});

test('a page that is made to break who reads it breaks nothing (N15)', async () => {
  const { url } = await startSite({ '/deep': html('<div>'.repeat(100_000)), '/bold': html('<b>'.repeat(300_000)) });

  const outcomes = await Promise.all(['deep', 'bold'].map((name) => refusal(readPage(`${url}/${name}`, here))));

  expect(outcomes.every((outcome) => outcome === 'unreadable' || outcome === 'read')).toBe(true);
}, 30_000);

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function startSite(pages: Readonly<Record<string, Answer>>): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const answer = pages[request.url ?? ''] ?? reply(404, {});
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  // A listening TCP server has an AddressInfo, never a pipe's name.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function reply(status: number, headers: Record<string, string>, body: string | Buffer = ''): Answer {
  return (_, response) => response.writeHead(status, headers).end(body);
}

function html(body: string): Answer {
  return reply(200, { 'content-type': 'text/html; charset=utf-8' }, body);
}

function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'read',
    (error: PageError) => error.reason,
  );
}
