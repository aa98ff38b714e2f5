import { z } from 'zod';
import { applyEdit, type Candidate, type EditRefusal } from '#edit/index.ts';
import { defineTool, ToolError } from '#tools/tool.ts';
import { textInTree, type Workbench, writablePath, writeChecked } from '#tools/workbench.ts';

const input = z.object({
  path: z.string().min(1).max(4096),
  find: z
    .string()
    .max(200_000)
    .describe('The text to replace, as it stands in the file, with enough lines around it to stand once'),
  replace: z.string().max(200_000),
  all: z.boolean().default(false).describe('Replace every place instead of exactly one'),
});

const refusals: Record<EditRefusal, string> = {
  not_found: 'The text to find does not stand in this file.',
  ambiguous: 'The text to find stands there more than once. Add lines around it, or set "all".',
  unchanged: 'The two texts are the same.',
  empty: 'The text to find is empty. To make a new file or write a whole one, use write.',
};

/** One text of a file for another. */
export const editTool = defineTool({
  name: 'edit',
  description:
    'Replace a text in a file. It has to stand there exactly once; blanks at line ends, indentation and typographic quotes may differ.',
  input,
  changes: true,
  async run({ path: written, find, replace, all }, workbench: Workbench) {
    const path = writablePath(workbench, written);
    const before = await textInTree(workbench, path);
    if (before === null) throw new ToolError(`There is no file '${path}'. To make it, use write.`);
    const result = applyEdit(before, { find, replace, all });
    if (result.kind === 'refused') {
      throw new ToolError(`Nothing was changed in ${path}. ${refusals[result.reason]}${inWordsOf(result.candidates)}`);
    }
    await writeChecked(workbench, path, before, result.text);
    const { startLine, endLine } = result.at;
    const lines = result.text.split(/\r?\n/);
    const from = Math.max(1, startLine - 2);
    const shown = lines.slice(from - 1, Math.min(endLine + 2, from + 39)).map((line, at) => `${from + at}\t${line}`);
    const times = result.times > 1 ? `, ${result.times} places` : '';
    return {
      output: [`${path} was changed${times}. It reads now:`, ...shown].join('\n'),
      summary: `${path}:${startLine}-${endLine}${times}`,
    };
  },
});

/** Places that were perhaps meant, as the file has them. */
export function inWordsOf(candidates: readonly Candidate[]): string {
  if (candidates.length === 0) return '';
  const places = candidates.map(({ startLine, text, why }) => `Line ${startLine}: ${why}\n${text}`);
  return `\nThe nearest places, as they stand there:\n\n${places.join('\n\n')}`;
}
