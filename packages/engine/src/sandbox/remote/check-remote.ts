import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkBox, checkBoxes, megabyte } from '#sandbox/box/check-box.ts';
import type { Hosting } from '#sandbox/remote/hosting.ts';
import type { Sandbox, SandboxCheck, SandboxRemark } from '#sandbox/sandbox.ts';

/** Makes a machine and runs a command on it, because only that shows whether it works. It takes seconds, and what the provider asks for it. Never throws. */
export async function checkRemote(
  boxes: Pick<Sandbox, 'prepare'>,
  { name }: Hosting,
  folder: string,
): Promise<SandboxCheck> {
  return checkBoxes({
    folder,
    needsLinux: 'The files of boxes are kept as Linux has them',
    mendBroken: 'Mend what it says; docs/sandbox.md tells what machines need.',
    look: async () => (await tryOne(boxes, folder, name)) ?? howWell(folder, name),
  });
}

/** Files there and back, larger than goes into a call, and a command that looks for a network it must not have. */
async function tryOne(
  boxes: Pick<Sandbox, 'prepare'>,
  folder: string,
  provider: string,
): Promise<SandboxRemark | null> {
  const id = `check-${randomUUID()}`;
  await mkdir(folder, { recursive: true });
  const logFolder = join(folder, `${id}-log`);
  try {
    await using box = await boxes.prepare({ id, logFolder, limits: { disk: 64 * megabyte } });
    const brought = Buffer.from(Array.from({ length: 50_000 }, randomUUID).join(''));
    await box.writeFile('brought', brought);
    const { exitCode, output } = await box.run({
      shell: 'cp brought back && [ "$(tail -n +2 /proc/net/route | wc -l)" = 0 ]',
      timeoutMs: 60_000,
    });
    if (exitCode !== 0) {
      const todo = 'Take an image in which bubblewrap may make namespaces, or another provider.';
      return { what: `A trial on a machine of ${provider} ended with ${exitCode}: ${output.trim()}`, todo };
    }
    if ((await readFile(join(box.workTree, 'back'))).equals(brought)) return null;
    return { what: `Files do not come back whole from machines of ${provider}.`, todo: 'Take another provider.' };
  } finally {
    await rm(logFolder, { recursive: true, force: true });
  }
}

async function howWell(folder: string, provider: string): Promise<Pick<SandboxCheck, 'warnings' | 'holds'>> {
  const { warnings, holds } = await checkBox(folder);
  return {
    warnings: [
      ...warnings,
      {
        what: `What boxes reach that may use a network is decided by ${provider}, and not by the list of a project.`,
        todo: 'Narrow it where machines are made (“create” in YUDAI_SANDBOX_PROVIDER_OPTIONS), or use boxes of this machine.',
      },
    ],
    holds: {
      user: `a machine for each box, and on it a user without any rights; its files here: ${holds.user}`,
      memory: 'each process by itself (prlimit), all together what the machine has',
      processes: 'counted by user (prlimit), on a machine of their own',
      disk: `looked at every second while a command runs; here: ${holds.disk}`,
      network: `none, or whatever ${provider} lets its machines reach`,
    },
  };
}
