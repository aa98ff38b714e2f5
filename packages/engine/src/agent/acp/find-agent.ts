import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { agentFacts, type ForeignAgent } from '#agent/acp/agents.ts';
import type { BoxMount } from '#sandbox/index.ts';

/** An agent that is there, and what a box needs to run it. */
export interface InstalledAgent {
  readonly name: ForeignAgent;
  readonly mounts: readonly BoxMount[];
  /** Folders in the box for its programs. */
  readonly path: readonly string[];
  /** As npm has installed it; null when that cannot be told. */
  readonly version: string | null;
  /** The version with which it was tested here. */
  readonly testedVersion: string;
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
    ...(await versionsOf(own, name)),
  };
}

async function versionsOf(own: string, name: ForeignAgent): Promise<Pick<InstalledAgent, 'version' | 'testedVersion'>> {
  const [wanted = ''] = agentFacts[name].packages;
  const at = wanted.lastIndexOf('@');
  const manifest = await readFile(join(own, 'node_modules', wanted.slice(0, at), 'package.json'), 'utf8').catch(
    () => '',
  );
  return { version: /"version":\s*"([^"]{1,50})"/.exec(manifest)?.[1] ?? null, testedVersion: wanted.slice(at + 1) };
}

/** What to run to have the agent; it brings programs of its own, so install scripts run. */
export function installCommand(folder: string, name: ForeignAgent): string {
  const packages = agentFacts[name].packages.join(' ');
  return `npm install --prefix ${join(folder, name)} --ignore-scripts=false ${packages}`;
}
