import { refusedCalls, socketFamilies } from '#sandbox/refused-calls.ts';

interface Rule {
  readonly names: readonly string[];
  readonly action: 'SCMP_ACT_ERRNO';
  readonly errnoRet: number;
  readonly args?: readonly {
    readonly index: number;
    readonly value: number;
    readonly valueTwo?: number;
    readonly op: string;
  }[];
}

const notPermitted = 1;
const notImplemented = 38;
const unknownFamily = 97;

/** New namespaces of mounts, control groups, names, IPC, users, processes and networks, as flags of `clone`. */
const newNamespaces = [0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000];
const lastFamily = 45;

/**
 * What a container may not ask of the kernel, in Docker's words: what local boxes may not either, and namespaces of its own, which bubblewrap forbids in
 * another way. It takes the place of the daemon's own list, which lets through some of these, and other ones in each version.
 */
export function containerSeccomp(): string {
  return JSON.stringify({
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: [architectures[process.arch] ?? 'SCMP_ARCH_NATIVE'],
    syscalls: [
      refuse([...refusedCalls.map(({ name }) => name), 'unshare'], notPermitted),
      // Its flags are in memory, where no filter looks: programs fall back to `clone`.
      refuse(['clone3'], notImplemented),
      ...newNamespaces.map((flag): Rule => ({
        ...refuse(['clone'], notPermitted),
        args: [{ index: 0, value: flag, valueTwo: flag, op: 'SCMP_CMP_MASKED_EQ' }],
      })),
      ...otherFamilies.map((family): Rule => ({
        ...refuse(['socket'], unknownFamily),
        args: [{ index: 0, value: family, op: 'SCMP_CMP_EQ' }],
      })),
      { ...refuse(['socket'], unknownFamily), args: [{ index: 0, value: lastFamily + 1, op: 'SCMP_CMP_GE' }] },
    ] satisfies Rule[],
  });
}

const architectures: Readonly<Record<string, string>> = { x64: 'SCMP_ARCH_X86_64', arm64: 'SCMP_ARCH_AARCH64' };

const otherFamilies = Array.from({ length: lastFamily + 1 }, (_, family) => family).filter(
  (family) => !socketFamilies.includes(family),
);

function refuse(names: readonly string[], errnoRet: number): Rule {
  return { names, action: 'SCMP_ACT_ERRNO', errnoRet };
}
