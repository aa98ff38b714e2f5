import { posix } from 'node:path';
import { z } from 'zod';
import { SandboxError } from '#sandbox/index.ts';
import { defineTool, ToolError } from '#tools/tool.ts';
import { pathInTree, textInTree, type Workbench } from '#tools/workbench.ts';

const mostLines = 500;

const input = z
  .object({
    path: z.string().min(1).max(4096),
    startLine: z.number().int().min(1).default(1),
    endLine: z.number().int().min(1).optional().describe(`At most ${mostLines} lines are given at once`),
  })
  .refine(({ startLine, endLine }) => endLine === undefined || endLine >= startLine, 'the end is before the start');

/** Lines of one file of the work tree, with their numbers. */
export const readFileTool = defineTool({
  name: 'read',
  description: 'Read lines of a file as it is now. Each begins with its number and a tab, which are not in the file.',
  input,
  async run({ path: written, startLine, endLine }, workbench: Workbench) {
    const path = pathInTree(written);
    const text = await textInTree(workbench, path);
    if (text === null) throw new ToolError(await missing(workbench, path));
    const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
    // The last line end begins no line of its own.
    if (lines.at(-1) === '') lines.pop();
    if (lines.length === 0) return { output: `${path} is empty.`, summary: `${path}, empty` };
    if (startLine > lines.length) throw new ToolError(`'${path}' has ${lines.length} lines.`);
    const last = Math.min(lines.length, endLine ?? startLine + mostLines - 1, startLine + mostLines - 1);
    const shown = lines.slice(startLine - 1, last).map((line, index) => `${startLine + index}\t${line.slice(0, 2000)}`);
    const rest = last < lines.length ? [`(${lines.length - last} more lines)`] : [];
    return { output: [...shown, ...rest].join('\n'), summary: `${path}:${startLine}-${last}` };
  },
});

/** Says what there is instead of a file: of its name elsewhere nobody knows, of its folder all. */
async function missing({ box }: Workbench, path: string): Promise<string> {
  const folder = posix.dirname(path) === '.' ? '' : posix.dirname(path);
  try {
    const names = (await box.list(folder)).map(({ name, kind }) => (kind === 'folder' ? `${name}/` : name));
    return `There is no file '${path}'. In '${folder === '' ? '.' : folder}' there are: ${names.slice(0, 60).join(', ')}.`;
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return `There is no file '${path}', and no folder '${folder}'.`;
  }
}
