import { z } from 'zod';
import { defineTool, ToolError } from '#tools/tool.ts';

const mostLines = 400;

const input = z
  .object({
    path: z.string().min(1).max(4096),
    startLine: z.number().int().min(1).default(1),
    endLine: z.number().int().min(1).optional().describe(`At most ${mostLines} lines are given at once`),
  })
  .refine(({ startLine, endLine }) => endLine === undefined || endLine >= startLine, 'the end is before the start');

/** Lines of one file, with their numbers and the citation that names exactly them. */
export const readTool = defineTool({
  name: 'read',
  description: 'Read lines of a file. The first line of the answer is how to cite them.',
  input,
  async run({ path, startLine, endLine }, reader, signal) {
    const file = await reader.file(path, signal);
    if (file === null) throw new ToolError(`There is no file '${path}'. Find its path with search (mode "path").`);
    if (file.text === null) throw new ToolError(file.reason ?? `'${path}' has no text that can be shown.`);
    const lines = file.text.split('\n');
    if (startLine > lines.length) throw new ToolError(`'${path}' has ${lines.length} lines.`);
    const last = Math.min(lines.length, endLine ?? startLine + mostLines - 1, startLine + mostLines - 1);
    const shown = lines.slice(startLine - 1, last).map((text, index) => `${startLine + index}: ${text.slice(0, 1000)}`);
    const rest = last < lines.length ? [`(${lines.length - last} more lines)`] : [];
    return {
      output: [`${path}:${startLine}-${last}@${file.blob.slice(0, 12)}`, ...shown, ...rest].join('\n'),
      summary: `${path}:${startLine}-${last}`,
    };
  },
});
