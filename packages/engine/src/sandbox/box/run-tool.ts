import { sharedStarter } from '#processes/index.ts';

/** Programs of the system that boxes are made of, also where they are not in everybody's PATH. */
export const toolPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const mostSaid = 16 * 1024 * 1024;

/** Runs a program of the host on what we name ourselves. Says whether it went well, and what it wrote. Never throws. */
export async function runTool(
  program: string,
  args: readonly string[],
  options: { readonly timeoutMs?: number } = {},
): Promise<{ ok: boolean; text: string }> {
  const signal = AbortSignal.timeout(options.timeoutMs ?? 60_000);
  const request = { program, args, env: { PATH: toolPath, LC_ALL: 'C' }, input: '', maxOutput: mostSaid, signal };
  try {
    const { exitCode, stdout, stderr } = await sharedStarter().run(request);
    return { ok: exitCode === 0, text: `${stdout.toString('utf8')}${stderr}`.trimEnd() };
  } catch (error) {
    return { ok: false, text: error instanceof Error ? error.message : String(error) };
  }
}
