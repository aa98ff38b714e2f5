import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { startTestApp, type TestApp } from '@yudai/server/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCheckout } from '#testing/make-checkout.ts';
import { runOnApp } from '#testing/run-on-app.ts';

// One database is enough: the command line knows only the door.

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
let app: TestApp;
let checkout: ReturnType<typeof makeCheckout>;
let folder: string;

beforeAll(async () => {
  app = await startTestApp({ listen: true });
  checkout = makeCheckout({ 'src/queue.ts': 'export function countRetries() {\n  return 1;\n}\n' });
  folder = checkout.folder;
  await runOnApp(app, ['index'], { cwd: folder });
});
afterAll(async () => {
  await app.close();
  checkout.remove();
});

/** What an agent has of a `yudai mcp` that it started itself. */
async function startAgent(cwd: string, ...args: string[]) {
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [main, 'mcp', '--url', app.url, ...args],
    cwd,
    stderr: 'pipe',
  });
  await client.connect(transport);
  return client;
}

test('an agent that starts yudai mcp in a folder reads the project of that folder (A6)', async () => {
  const agent = await startAgent(join(folder, 'src'));

  const { tools } = await agent.listTools();
  const found = await agent.callTool({ name: 'search', arguments: { query: 'countRetries' } });
  const wrong = await agent.callTool({ name: 'read', arguments: { path: 'nowhere.ts' } });
  await agent.close();

  expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['search', 'read', 'pack', 'add_card']));
  expect(JSON.stringify(found.content)).toMatch(/src\/queue\.ts:1-3@[0-9a-f]{12}/);
  expect(wrong.isError).toBe(true);
});

test('elsewhere every call names its project, and projects lists them (A6)', async () => {
  const agent = await startAgent(tmpdir());

  const listed = await agent.callTool({ name: 'projects', arguments: {} });
  const [, projectId] = /(prj_\w+)/.exec(JSON.stringify(listed.content)) ?? [];
  const unnamed = await agent.callTool({ name: 'search', arguments: { query: 'countRetries' } });
  const found = await agent.callTool({ name: 'search', arguments: { projectId, query: 'countRetries' } });
  await agent.close();

  expect(unnamed.isError).toBe(true);
  expect(JSON.stringify(found.content)).toContain('src/queue.ts');
});

test('without a server to talk to, or with a project that is not there, the command says why and ends (A6)', async () => {
  const lost = await runOnApp(app, ['mcp', '--project', 'nothing of this name']);

  expect(lost).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('nothing of this name') });
});

test('what is no message of the protocol is passed over, and the end of stdin ends the command (A6)', async () => {
  const stdin = 'not json\n{"jsonrpc":"2.0","id":1,"method":"no/such/method"}\n';

  const { code, stdout } = await runOnApp(app, ['mcp'], { cwd: folder, stdin });

  expect(code).toBe(0);
  for (const line of stdout.split('\n').filter((text) => text !== '')) expect(JSON.parse(line)).toHaveProperty('error');
});
