import { execFile } from 'node:child_process';
import { chmod, mkdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { SolvePorts } from '@yudai/engine/solving';

type BoxPrograms = NonNullable<SolvePorts['boxes']>;

const run = promisify(execFile);

/**
 * What boxes see beside the programs of the system: Node as it runs Yudai, and npm where the system's is somewhere else, as with version
 * managers. Found out once; wrappers for npm are kept in this folder.
 */
export function boxPrograms(
  folder: string,
  npmFolder: () => Promise<string | null> = findNpm,
): () => Promise<BoxPrograms> {
  let found: Promise<BoxPrograms> | undefined;
  return () => {
    found ??= findPrograms(folder, npmFolder);
    return found;
  };
}

async function findPrograms(folder: string, npmFolder: () => Promise<string | null>): Promise<BoxPrograms> {
  const node = { mounts: [{ from: dirname(process.execPath), at: '/opt/node' }], path: ['/opt/node'] };
  const npm = await npmFolder();
  // What is below /usr is there in every box.
  if (npm === null || npm.startsWith('/usr/')) return node;
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  for (const name of ['npm', 'npx']) {
    const file = join(folder, name);
    await writeFile(file, `#!/bin/sh\nexec node /opt/npm/bin/${name}-cli.js "$@"\n`);
    await chmod(file, 0o755);
  }
  return {
    mounts: [...node.mounts, { from: npm, at: '/opt/npm' }, { from: folder, at: '/opt/programs' }],
    path: [...node.path, '/opt/programs'],
  };
}

/** The folder of the npm that whoever runs Yudai has; null without one. */
async function findNpm(): Promise<string | null> {
  try {
    const { stdout } = await run('npm', ['root', '--global'], { timeout: 10_000 });
    return await realpath(join(stdout.trim(), 'npm'));
  } catch {
    // Projects of other languages do without.
    return null;
  }
}
