import { z } from 'zod';
import { defineTool } from '#tools/tool.ts';
import { textInTree, type Workbench, writablePath, writeChecked } from '#tools/workbench.ts';

const input = z.object({ path: z.string().min(1).max(4096), content: z.string().max(1_000_000) });

/** A whole file. */
export const writeTool = defineTool({
  name: 'write',
  description: 'Write a whole file: a new one, or instead of what is there. To change a part of a file, use edit.',
  input,
  changes: true,
  async run({ path: written, content }, workbench: Workbench) {
    const path = writablePath(workbench, written);
    const before = await textInTree(workbench, path);
    await writeChecked(workbench, path, before, before === null ? content : inTheManner(before, content));
    const lines = content === '' ? 0 : content.split('\n').length - (content.endsWith('\n') ? 1 : 0);
    const summary = `${path}, ${lines} ${lines === 1 ? 'line' : 'lines'}`;
    return { output: `${before === null ? 'Made' : 'Replaced'} ${summary}.`, summary };
  },
});

/** With the byte order mark and the line ends of what was there. */
function inTheManner(before: string, content: string): string {
  const mark = before.startsWith('\uFEFF') && !content.startsWith('\uFEFF') ? '\uFEFF' : '';
  const hadOnlyPairs = before.includes('\r\n') && !/(?<!\r)\n/.test(before);
  return mark + (hadOnlyPairs ? content.replaceAll(/(?<!\r)\n/g, '\r\n') : content);
}
