import { z } from 'zod';
import { defineTool } from '#tools/tool.ts';

const input = z.object({
  path: z.string().max(4096).optional().describe('Only commits that changed this file or folder'),
  limit: z.number().int().min(1).max(50).default(15),
});

/** The last commits. */
export const historyTool = defineTool({
  name: 'history',
  description: 'The last commits, of the repository or of one path, with what they changed.',
  input,
  async run(request, reader, signal) {
    const found = await reader.history(request, signal);
    const lines = found.flatMap(({ sha, at, message, paths }) => [
      `commit ${sha.slice(0, 12)} ${at.slice(0, 10)}`,
      ...message
        .split('\n')
        .slice(0, 8)
        .map((line) => `  ${line.slice(0, 200)}`),
      ...(paths.length === 0 ? [] : [`  changed: ${paths.slice(0, 10).join(', ')}${paths.length > 10 ? ' …' : ''}`]),
    ]);
    return {
      output: lines.length === 0 ? 'No commits were found.' : lines.join('\n'),
      summary: `${found.length} commits`,
    };
  },
});
