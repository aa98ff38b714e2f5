import { searchModes } from '@yudai/contract';
import { z } from 'zod';
import { defineTool } from '#tools/tool.ts';

const input = z.object({
  query: z
    .string()
    .min(1)
    .max(4000)
    .describe('A question or description in words, a text, a regular expression or a name'),
  mode: z
    .enum(searchModes)
    .default('ranked')
    .describe('ranked: by meaning and words; text: exact; regex; symbol: names of definitions; path: file names'),
  path: z.string().max(1000).optional().describe('Only below this path'),
  limit: z.number().int().min(1).max(30).default(10),
});

/** The product's own search. */
export const searchTool = defineTool({
  name: 'search',
  description:
    'Find code. Start with mode "ranked" and the words of the question; use "text" or "regex" for exact places.',
  input,
  async run(request, reader, signal) {
    const { hits, truncated, notes } = await reader.search(request, signal);
    const files = new Set(hits.map(({ path }) => path)).size;
    const lines = hits.flatMap(({ cite, symbol, preview }) => [
      `${cite}${symbol === null ? '' : ` (${symbol.kind} ${symbol.name})`}`,
      ...preview.map(({ line, text }) => `  ${line}: ${text.slice(0, 300)}`),
    ]);
    const more = truncated ? ['There are more; ask with other words or a path.'] : [];
    const none = hits.length === 0 ? ['Nothing was found.', ...notes] : [];
    return {
      output: [...lines, ...more, ...none].join('\n'),
      summary: `${hits.length}${truncated ? '+' : ''} hits in ${files} files`,
    };
  },
});
