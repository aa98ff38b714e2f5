import { randomUUID } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkBox, checkBoxes, megabyte } from '#sandbox/box/check-box.ts';
import type { DaemonFacts, DockerDaemon, DockerOptions } from '#sandbox/docker/docker-daemon.ts';
import type { Sandbox, SandboxCheck, SandboxRemark } from '#sandbox/sandbox.ts';

/** Looks at the daemon and the image, and at last runs a command in a box, because only that shows whether it works. Never throws. */
export async function checkDocker(
  boxes: Pick<Sandbox, 'prepare'>,
  daemon: DockerDaemon,
  { folder, image }: DockerOptions & { readonly folder: string },
): Promise<SandboxCheck> {
  return checkBoxes({
    folder,
    needsLinux: 'Boxes are folders of the machine that Docker runs on',
    async look() {
      const facts = await daemon.facts();
      if (facts.system !== 'linux') {
        return { what: `${facts.name} makes containers of ${facts.system}.`, todo: 'Have it make Linux containers.' };
      }
      await daemon.image();
      const trial = await tryOne(boxes, folder, image);
      return 'what' in trial ? trial : howWell(facts, folder, trial.hasBridge);
    },
  });
}

const otherIds: SandboxRemark = {
  what: 'Containers do not reach the files of their box as the user they belong to: this Docker is on another disk, or gives its users other ids.',
  todo: 'Use a Docker that runs as root on this machine, without userns-remap, or boxes without Docker (YUDAI_SANDBOX=local).',
};

/** A command in a box, from beginning to end: what it leaves has to be there, and has to belong to whom it should. */
async function tryOne(
  boxes: Pick<Sandbox, 'prepare'>,
  folder: string,
  image: string,
): Promise<SandboxRemark | { readonly hasBridge: boolean }> {
  const id = `check-${randomUUID()}`;
  await mkdir(folder, { recursive: true });
  const logFolder = join(folder, `${id}-log`);
  try {
    await using box = await boxes.prepare({ id, logFolder, limits: { disk: 64 * megabyte } });
    const { exitCode, output } = await box.run({
      shell: 'echo made > made; command -v socat perl > /dev/null && echo bridge; exit 0',
      timeoutMs: 30_000,
    });
    if (exitCode === 127) {
      return { what: `The image ${image} has no bash.`, todo: 'Take one with bash, and with what projects need.' };
    }
    const made = await stat(join(box.workTree, 'made')).catch(() => null);
    if (exitCode !== 0 && output !== '') {
      const todo = `Run “docker run --rm ${image} true” by hand.`;
      return { what: `A trial ended with ${exitCode}: ${output.trim()}`, todo };
    }
    // One that may not open what it has to write into says nothing at all.
    if (exitCode !== 0 || made?.uid !== (await stat(box.workTree)).uid) return otherIds;
    return { hasBridge: output.includes('bridge') };
  } finally {
    await rm(logFolder, { recursive: true, force: true });
  }
}

async function howWell(
  facts: DaemonFacts,
  folder: string,
  hasBridge: boolean,
): Promise<Pick<SandboxCheck, 'warnings' | 'holds'>> {
  const common = await checkBox(folder);
  const warnings: SandboxRemark[] = [...common.warnings];
  const warn = (what: string, todo: string) => warnings.push({ what, todo });
  const isRoot = process.getuid?.() === 0;
  if (!hasBridge) {
    warn(
      'Boxes reach no network, also no listed host: the image has neither socat nor perl.',
      'Add one of them to it.',
    );
  }
  if (!facts.hasSeccomp) {
    warn(`${facts.name} does not filter calls of the kernel.`, 'Use one that was built with seccomp.');
  }
  for (const limit of facts.withoutLimits) {
    warn(`${facts.name} cannot limit ${limit} here.`, 'Give the kernel the control group for it.');
  }
  const group = `cgroup v${facts.cgroupVersion}`;
  const without = (limit: (typeof facts.withoutLimits)[number]) => facts.withoutLimits.includes(limit);
  return {
    warnings,
    holds: {
      ...common.holds,
      memory: without('memory') ? 'none' : `all of a command together${facts.isPodman ? '' : ` (${group})`}`,
      processes: without('processes')
        ? 'counted by user'
        : `counted by command (${group})${isRoot ? ' and by user' : ''}`,
      network: hasBridge ? 'none, or listed hosts through a proxy' : 'none',
    },
  };
}
