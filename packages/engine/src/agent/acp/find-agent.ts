import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { agentFacts, type ForeignAgent } from '#agent/acp/agents.ts';
import type { BoxMount } from '#sandbox/index.ts';

/** An agent that is there, and what a box needs to run it. */
export interface InstalledAgent {
  readonly name: ForeignAgent;
  readonly mounts: readonly BoxMount[];
  /** Folders in the box for its programs. */
  readonly path: readonly string[];
}

const agentInBox = '/opt/agent';
const nodeInBox = '/opt/node';

/** Looks for an agent below a folder that has one for each, as `installCommand` makes it; null when it is not there. */
export async function findAgent(folder: string, name: ForeignAgent): Promise<InstalledAgent | null> {
  const own = join(folder, name);
  const isThere = await access(join(own, 'node_modules', '.bin', agentFacts[name].program)).then(
    () => true,
    () => false,
  );
  if (!isThere) return null;
  return {
    name,
    mounts: [
      { from: own, at: agentInBox },
      { from: dirname(process.execPath), at: nodeInBox },
    ],
    path: [`${agentInBox}/node_modules/.bin`, nodeInBox],
  };
}

/** What to run to have the agent; it brings programs of its own, so install scripts run. */
export function installCommand(folder: string, name: ForeignAgent): string {
  const packages = agentFacts[name].packages.join(' ');
  return `npm install --prefix ${join(folder, name)} --ignore-scripts=false ${packages}`;
}
