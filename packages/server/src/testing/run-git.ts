import { sharedStarter } from '@yudai/engine/processes';

/** Runs git in a folder and returns what it printed. Started by the small process, because that of the tests is large. */
export async function runGit(
  folder: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly input?: string | Buffer } = {},
): Promise<Buffer> {
  const { env = inherited(), input = '' } = options;
  const request = { program: 'git', args: ['-C', folder, ...args], env, input, maxOutput: 1 << 28 };
  const { exitCode, stdout, stderr, code } = await sharedStarter().run(request);
  if (exitCode !== 0) throw new Error(`git ${args.join(' ').slice(0, 200)} ended with ${code ?? exitCode}: ${stderr}`);
  return stdout;
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
