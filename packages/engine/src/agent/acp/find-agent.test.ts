import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agentFacts } from '#agent/acp/agents.ts';
import { findAgent, installCommand } from '#agent/acp/find-agent.ts';
import { openTemporaryFolder } from '#sandbox/testing/boxes.ts';

test('an agent is there once its program is, and says which version it is (H12)', async () => {
  const folder = await openTemporaryFolder();
  const modules = join(folder, 'claude', 'node_modules');
  const folderOfPackage = join(modules, '@agentclientprotocol', 'claude-agent-acp');
  await mkdir(folderOfPackage, { recursive: true });
  await writeFile(join(folderOfPackage, 'package.json'), '{ "name": "x", "version": "0.99.1" }');
  const before = await findAgent(folder, 'claude');
  await mkdir(join(modules, '.bin'));
  await writeFile(join(modules, '.bin', 'claude-agent-acp'), '');

  const found = await findAgent(folder, 'claude');

  expect(before).toBeNull();
  expect(found).toMatchObject({ version: '0.99.1', testedVersion: '0.100.0' });
  expect(await findAgent(folder, 'codex')).toBeNull();
});

test('what is to be installed is the version that was tested, in a folder of the agent alone (H12)', () => {
  for (const [name, { packages }] of Object.entries(agentFacts)) {
    expect(packages.join(' ')).toMatch(/^@?[a-z-]+(\/[a-z-]+)?@\d+\.\d+\.\d+$/);
    if (name !== 'codex') continue;
    expect(installCommand('/data/agents', 'codex')).toBe(
      'npm install --prefix /data/agents/codex --ignore-scripts=false @agentclientprotocol/codex-acp@2.6.0',
    );
  }
});
