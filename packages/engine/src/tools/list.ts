import { z } from 'zod';
import { defineTool, ToolError } from '#tools/tool.ts';
import { inWords, pathInTree, type Workbench } from '#tools/workbench.ts';

const mostEntries = 500;
const input = z.object({
  path: z.string().max(4096).default('').describe('A folder; the root of the work tree unless told'),
  depth: z.number().int().min(1).max(4).default(1),
});

/** Folders that say nothing about a project and are large. */
const closed = new Set(['.git', 'node_modules', '.venv', '__pycache__', 'target', 'vendor']);

/** What is in a folder of the work tree. */
export const listTool = defineTool({
  name: 'list',
  description: 'List a folder of the work tree as it is now; folders end with /.',
  input,
  async run({ path: written, depth }, workbench: Workbench, signal) {
    const root = pathInTree(written);
    const found: string[] = [];
    const walk = async (folder: string, left: number): Promise<void> => {
      signal.throwIfAborted();
      for (const { name, kind } of await inWords(() => workbench.box.list(folder))) {
        if (found.length > mostEntries) return;
        const path = folder === '' ? name : `${folder}/${name}`;
        found.push(kind === 'folder' ? `${path}/` : kind === 'link' ? `${path} (link)` : path);
        if (kind === 'folder' && left > 1 && !closed.has(name)) await walk(path, left - 1);
      }
    };
    if ((await inWords(() => workbench.box.stat(root)))?.kind !== 'folder') {
      throw new ToolError(`There is no folder '${root}'.`);
    }
    await walk(root, depth);
    const more = found.length > mostEntries ? ['There are more; name a folder.'] : [];
    return {
      output: found.length === 0 ? 'It is empty.' : [...found.slice(0, mostEntries), ...more].join('\n'),
      summary: `${Math.min(found.length, mostEntries)}${more.length > 0 ? '+' : ''} entries`,
    };
  },
});
