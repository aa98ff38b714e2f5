import { randomUUID } from 'node:crypto';
import { access, mkdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { defaultBoxLimits } from '#sandbox/limits.ts';
import { checkBox, megabyte, nothingHolds } from '#sandbox/box/check-box.ts';
import { createBoxGroup } from '#sandbox/local/box-group.ts';
import { firstClosedFolder, openIt } from '#sandbox/box/closed-folder.ts';
import { runTool, toolPath } from '#sandbox/box/run-tool.ts';
import { seccompProgram } from '#sandbox/local/seccomp.ts';
import type { Sandbox, SandboxCheck, SandboxRemark } from '#sandbox/sandbox.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

/** The packages of Debian that bring each program. */
const programs: Readonly<Record<string, string>> = {
  bwrap: 'bubblewrap',
  prlimit: 'util-linux',
  setpriv: 'util-linux',
  bash: 'bash',
};

const oldestBubblewrap = [0, 8];
/** Looks at this machine, and at last runs a command in a box, because only that shows whether it works. */
export async function checkLocal(sandbox: Sandbox, folder: string): Promise<SandboxCheck> {
  try {
    const problems = await lacks(folder);
    if (problems.length === 0) problems.push(...(await tryOne(sandbox, folder)));
    if (problems.length > 0) return { usable: false, problems, warnings: [], holds: nothingHolds };
    return { usable: true, problems, ...(await howWell(folder)) };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const todo = `Give this process a folder that it may write to; boxes are kept in ${folder}.`;
    return { usable: false, problems: [{ what, todo }], warnings: [], holds: nothingHolds };
  }
}

async function lacks(folder: string): Promise<SandboxRemark[]> {
  if (process.platform !== 'linux') {
    return [
      {
        what: `Boxes are made of Linux namespaces, and this is ${process.platform}.`,
        todo: 'Run Yudai on Linux, or in a virtual machine with Linux.',
      },
    ];
  }
  const missing: SandboxRemark[] = [];
  for (const [program, debian] of Object.entries(programs)) {
    if (await isInstalled(program)) continue;
    missing.push({
      what: `${program} is not installed.`,
      todo: `apt-get install ${debian} (or your system’s package).`,
    });
  }
  if (missing.length > 0) return missing;
  const { text } = await runTool('bwrap', ['--version']);
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
  const [oldMajor = 0, oldMinor = 0] = oldestBubblewrap;
  if (major < oldMajor || (major === oldMajor && minor < oldMinor)) {
    return [
      {
        what: `${text.trim()} cannot keep code from making namespaces of its own.`,
        todo: `Install bubblewrap ${oldestBubblewrap.join('.')} or newer.`,
      },
    ];
  }
  const closed = process.getuid?.() === 0 ? await firstClosedFolder(folder) : null;
  return closed === null ? [] : [{ what: `The users of boxes cannot pass through ${closed}.`, todo: openIt(closed) }];
}

/** A command in a box, from beginning to end. */
async function tryOne(sandbox: Sandbox, folder: string): Promise<SandboxRemark[]> {
  const id = `check-${randomUUID()}`;
  try {
    await mkdir(folder, { recursive: true });
    await using box = await sandbox.prepare({ id, logFolder: join(folder, id), limits: { disk: 64 * megabyte } });
    const { exitCode, output } = await box.run({ argv: ['true'], timeoutMs: 30_000 });
    if (exitCode === 0) return [];
    return [
      { what: `A trial ended with ${exitCode}: ${output.trim()}`, todo: 'Run “bwrap --ro-bind / / true” by hand.' },
    ];
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return [await explain(error)];
  }
}

/** Why the kernel did not let bubblewrap make a box, as far as its settings tell. */
async function explain(error: SandboxError): Promise<SandboxRemark> {
  if (error.reason !== 'broken') return { what: error.message, todo: 'Mend that, and look again.' };
  if ((await setting('kernel/unprivileged_userns_clone')) === '0') {
    return {
      what: 'The kernel lets nobody but root make user namespaces.',
      todo: 'sysctl -w kernel.unprivileged_userns_clone=1 (and put it into /etc/sysctl.d).',
    };
  }
  if ((await setting('user/max_user_namespaces')) === '0') {
    return {
      what: 'The kernel allows no user namespaces.',
      todo: 'sysctl -w user.max_user_namespaces=10000 (and put it into /etc/sysctl.d).',
    };
  }
  if ((await setting('kernel/apparmor_restrict_unprivileged_userns')) === '1') {
    return {
      what: 'AppArmor lets only listed programs make user namespaces, as Ubuntu 24.04 does.',
      todo: 'Give /usr/bin/bwrap an AppArmor profile with “userns,”, or sysctl -w kernel.apparmor_restrict_unprivileged_userns=0.',
    };
  }
  return {
    what: `bubblewrap cannot make a box here: ${error.detail?.trim().split('\n').at(-1) ?? 'it says nothing'}`,
    todo:
      'In a container, start it so that namespaces and mounts are allowed (Docker: --security-opt seccomp=unconfined --security-opt ' +
      'apparmor=unconfined --security-opt systempaths=unconfined), or run Yudai outside of one.',
  };
}

async function howWell(folder: string): Promise<Pick<SandboxCheck, 'warnings' | 'holds'>> {
  const common = await checkBox(folder);
  const warnings: SandboxRemark[] = [...common.warnings];
  const warn = (what: string, todo: string) => warnings.push({ what, todo });
  const group = await trialGroup(folder);
  if (group === null) {
    warn(
      'Memory is limited for each process, not for a box: there is no control group that this process may divide.',
      'Run it as root, or let systemd delegate one (Delegate=yes).',
    );
  }
  const hasBridge = (await isInstalled('socat')) || (await isInstalled('perl'));
  if (!hasBridge) {
    warn('Boxes reach no network, also no listed host: neither socat nor perl is installed.', 'apt-get install socat');
  }
  const hasFilter = seccompProgram() !== null;
  if (!hasFilter) warn(`System calls of ${process.arch} are not filtered.`, 'Use a machine with x64 or arm64.');
  return {
    warnings,
    holds: {
      ...common.holds,
      memory: group === null ? 'each process by itself (prlimit)' : `all of a box together (cgroup v${group})`,
      processes:
        group === null ? 'counted by user (prlimit)' : `counted by box (cgroup v${group}) and by user (prlimit)`,
      network: hasBridge ? 'none, or listed hosts through a proxy' : 'none',
    },
  };
}

async function trialGroup(folder: string): Promise<1 | 2 | null> {
  const group = await createBoxGroup(join(folder, `check-${randomUUID()}`), defaultBoxLimits);
  await group?.remove();
  return group?.version ?? null;
}

async function setting(name: string): Promise<string | null> {
  return readFile(join('/proc/sys', name), 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

async function isInstalled(program: string): Promise<boolean> {
  for (const folder of toolPath.split(delimiter)) {
    const found = await access(join(folder, program)).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
