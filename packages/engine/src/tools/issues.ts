import { z } from 'zod';
import { defineTool } from '#tools/tool.ts';

const input = z.object({
  query: z.string().max(400).optional().describe('Words of the title or text'),
  number: z.number().int().min(1).optional().describe('One issue or pull request, with its whole text'),
  limit: z.number().int().min(1).max(30).default(10),
});

/** Issues and pull requests of the repository. */
export const issuesTool = defineTool({
  name: 'issues',
  description: 'Issues and pull requests: by number, by words, or the last changed.',
  input,
  async run(request, reader, signal) {
    const found = await reader.issues(request, signal);
    if (found === null) {
      return { output: 'This project has no issues that can be read: it is not on GitHub.', summary: 'none' };
    }
    const whole = request.number !== undefined;
    const lines = found.flatMap(({ kind, number, title, state, labels, body, updatedAt }) => [
      `#${number} ${kind === 'issue' ? 'issue' : 'pull request'} ${state} ${updatedAt.slice(0, 10)} [${labels.join(', ')}] ${title}`,
      ...(body === '' ? [] : [`  ${body.slice(0, whole ? 8000 : 300).replaceAll('\n', '\n  ')}`]),
    ]);
    return { output: lines.length === 0 ? 'None were found.' : lines.join('\n'), summary: `${found.length} found` };
  },
});
