import { StringDecoder } from 'node:string_decoder';
import { z } from 'zod';
import type { CommandResult } from '#sandbox/index.ts';
import { defineTool, ToolError } from '#tools/tool.ts';
import { inWords, type Workbench } from '#tools/workbench.ts';

const input = z.object({
  command: z.string().min(1).max(100_000).describe('Lines for bash; they begin at the root of the work tree'),
  timeoutSeconds: z.number().int().min(1).max(600).default(120),
  network: z.boolean().default(false).describe('Whether it needs the network; only listed hosts are reached'),
});

/** One command, run to its end. */
export const bashTool = defineTool({
  name: 'bash',
  description:
    'Run a command in the sandbox: list, grep, run programs and tests. Every command is a shell of its own. Long output loses its middle: narrow it with grep, head or tail.',
  input,
  changes: true,
  async run({ command, timeoutSeconds, network }, workbench: Workbench, signal) {
    if (network && !workbench.network) {
      throw new ToolError('There is no network here. What the project needs is installed; work with what is there.');
    }
    const decoder = new StringDecoder('utf8');
    const result = await inWords(() =>
      workbench.box.run(
        { shell: command, timeoutMs: timeoutSeconds * 1000, network: network ? 'allowed' : 'none' },
        { signal, onOutput: (chunk) => workbench.onOutput(decoder.write(chunk)) },
      ),
    );
    workbench.ran(command, result);
    const ending = endingOf(result, timeoutSeconds);
    return { output: `${ending}\n${result.output}`, summary: ending };
  },
});

/** How a command ended, in a line. */
function endingOf(result: CommandResult, timeoutSeconds: number): string {
  const { exitCode, timedOut, outOfMemory, outOfDisk, signal } = result;
  if (timedOut) return `stopped after ${timeoutSeconds} s, its time limit`;
  if (outOfDisk) return 'the disk of the sandbox is full';
  const memory = outOfMemory ? ', out of memory' : '';
  if (exitCode === null) return `ended by ${signal ?? 'a signal'}${memory}`;
  return `exit code ${exitCode}${signal === null ? '' : ` (${signal})`}${memory}`;
}
