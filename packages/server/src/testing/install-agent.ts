import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Installs an agent that speaks real ACP and does what its model says, as opencode would be, below the folder that agents are looked for
 * in (`config.sandbox.agentsFolder`).
 */
export async function installAgent(agentsFolder: string): Promise<void> {
  const modules = join(agentsFolder, 'opencode', 'node_modules');
  const root = join(import.meta.dirname, '../../../..');
  for (const name of ['@agentclientprotocol/sdk', 'zod']) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    // The program and not Node's `cp`, which takes three seconds of a processor for these thousand files.
    await promisify(execFile)('cp', ['-R', join(root, 'node_modules', name), join(modules, name)]);
  }
  const double = 'packages/engine/src/agent/acp/testing/agent-double.mjs';
  await cp(join(root, double), join(modules, 'agent-double.mjs'));
  await mkdir(join(modules, '.bin'));
  await writeFile(join(modules, '.bin', 'opencode'), '#!/bin/sh\nexec node /opt/agent/node_modules/agent-double.mjs\n');
  await chmod(join(modules, '.bin', 'opencode'), 0o755);
  await mkdir(join(modules, 'opencode-ai'));
  await writeFile(join(modules, 'opencode-ai', 'package.json'), '{ "version": "1.17.0" }');
}
