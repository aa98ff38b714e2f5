import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sharedStarter } from '#processes/index.ts';
import { writeEtc } from '#sandbox/box/in-box.ts';
import { type BoxesOptions, keepBoxes } from '#sandbox/box/keep-boxes.ts';
import type { BoxBackend } from '#sandbox/box/launcher.ts';
import { defaultBoxLimits } from '#sandbox/limits.ts';
import { createBoxGroup } from '#sandbox/local/box-group.ts';
import { idsInBox, localSystem, localSystemPath } from '#sandbox/local/bubblewrap-arguments.ts';
import { checkLocal } from '#sandbox/local/check-local.ts';
import { createLauncher } from '#sandbox/local/launch.ts';
import { seccompProgram } from '#sandbox/local/seccomp.ts';
import type { Sandbox } from '#sandbox/sandbox.ts';

/** Boxes on this machine, of bubblewrap. */
export function createLocalSandbox(options: BoxesOptions): Sandbox {
  const sandbox: Sandbox = { ...keepBoxes(options, bubblewrap), check: () => checkLocal(sandbox, options.folder) };
  return sandbox;
}

const bubblewrap: BoxBackend = {
  kind: 'local',
  async createLauncher(place) {
    const etc = await writeEtc(place.boxFolder, idsInBox);
    const seccompFile = await writeSeccomp(place.boxFolder);
    const group = await createBoxGroup(place.boxFolder, place.limits);
    const system = { system: localSystem, systemPath: localSystemPath };
    const plan = { ...place, ...system, etc, hasSeccomp: seccompFile !== null };
    return createLauncher({ ...place, plan, group, seccompFile, starter: sharedStarter() });
  },
  async clear(boxFolder) {
    // Made anew in the place of what was left, and removed. What ran went with its process.
    await (await createBoxGroup(boxFolder, defaultBoxLimits))?.remove();
  },
};

async function writeSeccomp(boxFolder: string): Promise<string | null> {
  const program = seccompProgram();
  if (program === null) return null;
  const file = join(boxFolder, 'seccomp.bpf');
  await writeFile(file, program);
  return file;
}
