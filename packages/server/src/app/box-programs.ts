import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { firstClosedFolder } from '@yudai/engine/sandbox';
import type { SolvePorts } from '@yudai/engine/solving';
import { findLanguages } from '#app/find-languages.ts';

type BoxPrograms = NonNullable<SolvePorts['boxes']>;

const run = promisify(execFile);

/** Where programs are that are not the system's. */
export interface ProgramPlaces {
  /** The program that runs Yudai. */
  readonly node: string;
  readonly npm: () => Promise<string | null>;
  readonly languages: () => Promise<readonly string[]>;
}

/**
 * What boxes see beside the programs of the system: Node as it runs Yudai, and npm and languages where those of whoever runs Yudai are somewhere
 * else, as with version managers. Found out once. In this folder are wrappers for npm, and copies of what users of boxes cannot reach where it is.
 */
export function boxPrograms(
  folder: string,
  places: ProgramPlaces = { node: process.execPath, npm: findNpm, languages: findLanguages },
): () => Promise<BoxPrograms> {
  let found: Promise<BoxPrograms> | undefined;
  return () => {
    found ??= findPrograms(folder, places);
    return found;
  };
}

async function findPrograms(folder: string, places: ProgramPlaces): Promise<BoxPrograms> {
  const [npm, languages] = await Promise.all([places.npm(), places.languages()]);
  const program = await withinReach(places.node, folder);
  const node = {
    mounts: [
      { from: dirname(program), at: '/opt/node' },
      // At their own place, because their programs name it.
      ...languages.map((place) => ({ from: place, at: place })),
    ],
    path: ['/opt/node', ...languages.map((place) => join(place, 'bin'))],
  };
  // What is below /usr is there in every box.
  if (npm === null || npm.startsWith('/usr/')) return node;
  const wrappers = join(folder, 'wrappers');
  await openFolder(wrappers);
  for (const name of ['npm', 'npx']) {
    const file = join(wrappers, name);
    await writeFile(file, `#!/bin/sh\nexec node /opt/npm/bin/${name}-cli.js "$@"\n`);
    await chmod(file, 0o755);
  }
  return {
    mounts: [
      ...node.mounts,
      { from: await withinReach(npm, folder), at: '/opt/npm' },
      { from: wrappers, at: '/opt/programs' },
    ],
    path: [...node.path, '/opt/programs'],
  };
}

/** A program or a folder, or a copy of it where the user of a box cannot pass: as root through a home. */
async function withinReach(place: string, folder: string): Promise<string> {
  if (process.getuid?.() !== 0 || (await firstClosedFolder(dirname(place))) === null) return place;
  const { mtimeMs, size } = await stat(place);
  const name = createHash('sha256').update(`${place} ${mtimeMs} ${size}`).digest('hex').slice(0, 12);
  const copy = join(folder, name, basename(place));
  const isThere = await stat(copy).then(
    () => true,
    () => false,
  );
  if (isThere) return copy;
  await openFolder(dirname(copy));
  // Two processes may be at it; whole is what either of them has put in place.
  const draft = join(dirname(copy), randomUUID());
  await cp(place, draft, { recursive: true });
  await rename(draft, copy).catch(() => rm(draft, { recursive: true, force: true }));
  return copy;
}

async function openFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
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
