import { symbolKinds } from '@yudai/contract';
import { z } from 'zod';
import { defineTool } from '#tools/tool.ts';

const input = z.object({
  query: z.string().min(1).max(200).describe('The name of a definition, or the start of one'),
  kind: z.enum(symbolKinds).optional(),
  limit: z.number().int().min(1).max(50).default(20),
});

/** Definitions by name. */
export const symbolsTool = defineTool({
  name: 'symbols',
  description: 'Find where something is defined: classes, functions, methods, types, constants.',
  input,
  async run(request, reader, signal) {
    const found = await reader.symbols(request, signal);
    const lines = found.map(
      ({ path, startLine, endLine, kind, container, name, signature }) =>
        `${path}:${startLine}-${endLine} ${kind} ${container === '' ? '' : `${container}.`}${name}: ${signature}`,
    );
    return {
      output: lines.length === 0 ? 'No definition has this name.' : lines.join('\n'),
      summary: `${found.length} definitions`,
    };
  },
});
