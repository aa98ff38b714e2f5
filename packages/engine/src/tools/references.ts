import { z } from 'zod';
import { defineTool } from '#tools/tool.ts';

const input = z.object({
  name: z.string().min(1).max(200).describe('The exact name'),
  limit: z.number().int().min(1).max(100).default(40),
});

/** Uses of a name. */
export const referencesTool = defineTool({
  name: 'references',
  description: 'Find the places where a name is used; comments and strings do not count.',
  input,
  async run({ name, limit }, reader, signal) {
    const found = await reader.references(name, limit, signal);
    const lines = found.map(
      ({ path, line, text, definition }) =>
        `${path}:${line}${definition ? ' (definition)' : ''}: ${text.trim().slice(0, 200)}`,
    );
    const files = new Set(found.map(({ path }) => path)).size;
    return {
      output: lines.length === 0 ? `'${name}' is not used.` : lines.join('\n'),
      summary: `${found.length} places in ${files} files`,
    };
  },
});
