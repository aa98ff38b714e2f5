import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runTool } from '#sandbox/box/run-tool.ts';
import { openTemporaryFolder } from '#sandbox/testing/boxes.ts';

/** The folder of agents, with one that speaks real ACP and does what its model says, installed as `opencode` would be. */
export async function installDouble(): Promise<string> {
  const agents = await openTemporaryFolder();
  const modules = join(agents, 'opencode', 'node_modules');
  const libraries = join(import.meta.dirname, '../../../../../../node_modules');
  for (const name of ['@agentclientprotocol/sdk', 'zod']) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    // The program and not Node's `cp`, which takes three seconds of a processor for these thousand files.
    const { ok, text } = await runTool('cp', ['-R', join(libraries, name), join(modules, name)]);
    if (!ok) throw new Error(text);
  }
  await cp(join(import.meta.dirname, 'agent-double.mjs'), join(modules, 'agent-double.mjs'));
  await mkdir(join(modules, '.bin'));
  const program = join(modules, '.bin', 'opencode');
  await writeFile(program, '#!/bin/sh\nexec node /opt/agent/node_modules/agent-double.mjs\n');
  await chmod(program, 0o755);
  return agents;
}
