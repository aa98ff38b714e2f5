import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { Id } from '@yudai/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectAndIndex, makeRepository, type TestRepository } from '#testing/make-repository.ts';
import { startTeamApp } from '#testing/start-team-app.ts';
import { anonymous, startTestApp, type TestApp } from '#testing/start-test-app.ts';

// One database is enough: the tools knock at procedures that are tried on both.

let app: TestApp;
let repository: TestRepository;
let projectId: Id<'project'>;
const queue = 'export function countRetries(attempts: number) {\n  return attempts - 1;\n}\n';

beforeAll(async () => {
  repository = await makeRepository({
    'src/queue.ts': queue,
    'src/main.ts': "import { countRetries } from './queue.ts';\n\nexport const retries = countRetries(3);\n",
    'src/long.ts': Array.from({ length: 1000 }, (_, at) => `export const value${at} = '${'x'.repeat(40)}';`).join('\n'),
  });
  app = await startTestApp({ listen: true });
  projectId = (await connectAndIndex(app, repository.folder)).project.id;
});
afterAll(async () => {
  await app.close();
  await repository.remove();
});

/** An agent with the tools of Yudai, over the network. */
async function connect(headers: Record<string, string> = {}, query = `?project=${projectId}`) {
  const client = new Client({ name: 'test', version: '1' });
  const url = new URL(`${app.url}/api/mcp${query}`);
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
  return {
    client,
    async use(name: string, input: Record<string, unknown> = {}) {
      const { content, isError, structuredContent } = await client.callTool({ name, arguments: input });
      const [first] = content;
      return { text: first?.type === 'text' ? first.text : '', isError: isError === true, structuredContent };
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** A request of the protocol by hand. */
const post = (at: Pick<TestApp, 'fetch'>, body: unknown, headers: Record<string, string> = {}) =>
  at.fetch('/api/mcp', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify(body),
  });
const callOf = (name: string, input: object) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name, arguments: input },
});

test('an agent finds, reads and follows code, with citations that hold (A6)', async () => {
  await using agent = await connect();
  const { blob } = await app.client.codebase.file({ projectId, path: 'src/queue.ts' });

  const found = await agent.use('search', { query: 'countRetries', mode: 'symbol' });
  const read = await agent.use('read', { path: 'src/queue.ts' });

  expect(found.text).toContain(`src/queue.ts:1-3@${blob.slice(0, 12)} (function countRetries)`);
  expect(found.structuredContent).toMatchObject({
    hits: expect.arrayContaining([expect.objectContaining({ path: 'src/queue.ts', startLine: 1 })]),
  });
  expect(read.text).toBe(
    `src/queue.ts:1-3@${blob.slice(0, 12)}\n1: export function countRetries(attempts: number) {\n2:   return attempts - 1;\n3: }`,
  );
  expect((await agent.use('symbols', { query: 'countRetries' })).text).toContain('src/queue.ts:1-3 function');
  expect((await agent.use('references', { name: 'countRetries' })).text).toContain('src/main.ts:3 export const');
  expect((await agent.use('graph', { path: 'src/main.ts' })).text).toContain('src/queue.ts (as ./queue.ts, line 1)');
  expect((await agent.use('history', { path: 'src/queue.ts' })).text).toMatch(/^commit [0-9a-f]{12} .* Start/);
  expect((await agent.use('pack', { query: 'retries', budget: 300 })).text).toContain('of 300 tokens');
  expect((await agent.use('projects')).text).toContain(projectId);
});

test('a long file comes in pieces, each saying how to go on (A6)', async () => {
  await using agent = await connect();

  const first = await agent.use('read', { path: 'src/long.ts' });
  const [, next = ''] = /ask with startLine (\d+)\)/.exec(first.text) ?? [];
  const second = await agent.use('read', { path: 'src/long.ts', startLine: Number(next), endLine: Number(next) + 1 });

  expect(Number(next)).toBeGreaterThan(100);
  expect(second.text.split('\n')[1]).toMatch(new RegExp(`^${next}: export const value${Number(next) - 1} `));
  expect(second.text.split('\n')).toHaveLength(4);
  expect(await agent.use('read', { path: 'src/long.ts', startLine: 5000 })).toMatchObject({
    isError: true,
    text: 'This file has 1000 lines.',
  });
});

test('cards are kept, listed and read; what writes is not said to read (A6 D14)', async () => {
  await using agent = await connect();
  const { tools } = await agent.client.listTools();

  const added = await agent.use('add_card', {
    from: { source: 'file', path: 'src/queue.ts', startLine: 1, endLine: 3 },
  });
  const [, id = ''] = /(crd_\w+)/.exec(added.text) ?? [];

  expect(tools.filter(({ annotations }) => annotations?.readOnlyHint !== true).map(({ name }) => name)).toEqual([
    'add_card',
    'add_issue',
    'solve_issue',
  ]);
  expect((await agent.use('list_cards')).text).toContain(id);
  expect((await agent.use('get_card', { id })).text).toContain('return attempts - 1;');
});

test('issues are drafted, listed and read, and nothing is published (A6 F2)', async () => {
  await using agent = await connect();

  const added = await agent.use('add_issue', {
    document: { title: 'Retries are counted twice', problem: 'They are.' },
  });
  const [, id = ''] = /(iss_\w+)/.exec(added.text) ?? [];

  expect((await agent.use('list_issues')).text).toContain(`${id} Retries are counted twice (draft`);
  expect((await agent.use('get_issue', { id })).text).toContain('# Retries are counted twice');
});

test('solves are listed and looked at; one that cannot begin says why (A6 A7)', async () => {
  await using agent = await connect();
  const { tools } = await agent.client.listTools();

  expect((await agent.use('list_solves')).text).toBe('There are no solves.');
  expect((await agent.use('get_solve', { id: `slv_${'0'.repeat(26)}` })).isError).toBe(true);
  expect((await agent.use('solve_issue', { issueId: `iss_${'0'.repeat(26)}` })).isError).toBe(true);
  expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['solve_issue', 'list_solves', 'get_solve']));
});

test('what is wrong is said in words: unknown tools and files, wrong types, what is too large, what is elsewhere (A6)', async () => {
  await using agent = await connect();

  await expect(agent.use('drop_tables')).rejects.toThrow(/drop_tables/);
  expect(await agent.use('read', { path: 'src/nowhere.ts' })).toMatchObject({ isError: true });
  expect(await agent.use('read', { path: '../../etc/passwd' })).toMatchObject({ isError: true });
  expect(await agent.use('search', { query: 7 })).toMatchObject({ isError: true });
  expect(await agent.use('search', { query: 'x', colour: 'red' })).toMatchObject({ isError: true });
  expect(await agent.use('search', { query: 'x'.repeat(60_000) })).toMatchObject({ isError: true });
  await expect(agent.use('search', { query: 'x'.repeat(5_000_000) })).rejects.toThrow(/payload_too_large/);
  // Nothing of that has hurt the server.
  expect((await agent.use('search', { query: 'countRetries' })).isError).toBe(false);
});

test('another’s project is not there for an agent, whether it is named in the address or in a call (B11)', async () => {
  const eve = await app.as('Eve');
  await using named = await connect(eve.headers);
  await using calling = await connect(eve.headers, '');
  // The control: its owner finds it in the same way.
  await using owner = await connect({}, '');

  const answers = [
    await named.use('search', { query: 'countRetries' }),
    await calling.use('search', { projectId, query: 'countRetries' }),
    await calling.use('add_card', { projectId, from: { source: 'note', content: 'x' } }),
  ];

  expect(answers.map(({ isError, text }) => [isError, text.includes('src/queue.ts')])).toEqual([
    [true, false],
    [true, false],
    [true, false],
  ]);
  expect((await calling.use('projects')).text).toBe('There are no projects.');
  expect((await owner.use('search', { projectId, query: 'countRetries' })).text).toContain('src/queue.ts');
});

test('only who is signed in is let in, from pages of one’s own, by POST alone (B10 B11)', async () => {
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };

  expect((await post(app, ping, anonymous)).status).toBe(401);
  expect((await post(app, ping, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await app.fetch('/api/mcp')).status).toBe(405);
  expect((await app.fetch('/api/mcp', { method: 'DELETE' })).status).toBe(405);
  expect((await app.fetch('/api/mcp?project=x', { method: 'POST' })).status).toBe(422);
  expect((await post(app, ping)).status).toBe(200);
});

test('a key reads with the scope to read, and writes only with the scope to write (B9)', async () => {
  await using team = await startTeamApp();
  const ada = await team.signIn('ada');
  const keyFor = async (scopes: ('read' | 'write')[]) =>
    `Bearer ${(await ada.client.accounts.createKey({ name: 'agent', scopes })).secret}`;
  const list = callOf('projects', {});
  const add = callOf('add_card', { projectId: `prj_${'0'.repeat(26)}`, from: { source: 'note', content: 'x' } });

  const readOnly = { authorization: await keyFor(['read']) };
  const writing = { authorization: await keyFor(['read', 'write']) };

  expect(await (await post(team, list, readOnly)).text()).toContain('There are no projects.');
  expect(await (await post(team, add, readOnly)).text()).toContain('may not write');
  expect(await (await post(team, add, writing)).text()).not.toContain('may not write');
  expect((await post(team, list, { authorization: 'Bearer yudai_guessed' })).status).toBe(401);
});

test('calls of tools count for their person like any other request (I14)', async () => {
  await using limited = await startTestApp({ env: { YUDAI_RATE_LIMIT: '10' } });
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
  const statuses: number[] = [];
  for (let call = 0; call < 40; call += 1) statuses.push((await post(limited, ping)).status);

  expect(statuses[0]).toBe(200);
  expect(statuses).toContain(429);
});
