import { execa } from 'execa';

/** Programs of the system that boxes are made of, also where they are not in everybody's PATH. */
export const toolPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs a program of the host on what we name ourselves. Says whether it went well, and what it wrote. Never throws. */
export async function runTool(
  program: string,
  args: readonly string[],
  options: { readonly timeoutMs?: number } = {},
): Promise<{ ok: boolean; text: string }> {
  const { exitCode, all } = await execa(program, [...args], {
    all: true,
    env: { PATH: toolPath, LC_ALL: 'C' },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: options.timeoutMs ?? 60_000,
  });
  return { ok: exitCode === 0, text: all ?? '' };
}
