import { z } from 'zod';
import { applyPatch, applyV4a, type FileChange } from '#edit/index.ts';
import { inWordsOf } from '#tools/edit.ts';
import { defineTool, ToolError } from '#tools/tool.ts';
import { inWords, pathInTree, requireSyntax, textInTree, type Workbench, writablePath } from '#tools/workbench.ts';

const input = z.object({
  patch: z.string().min(1).max(500_000).describe('A unified diff, or one between *** Begin Patch and *** End Patch'),
});

/** Changes of several files at once, all or none. */
export const patchTool = defineTool({
  name: 'patch',
  description:
    'Apply a patch: changes, new files, removals and renames, all of them or none. Line numbers need not be right; the lines around a change do.',
  input,
  changes: true,
  async run({ patch }, workbench: Workbench) {
    const apply = patch.includes('*** Begin Patch') ? applyV4a : applyPatch;
    const result = await apply((path) => textInTree(workbench, pathInTree(path)), patch);
    if (result.kind === 'refused') {
      const parts = result.parts.map(
        ({ path, line, message, candidates }) =>
          `Line ${line} of the patch${path === null ? '' : ` (${path})`}: ${message}${inWordsOf(candidates)}`,
      );
      throw new ToolError(['Nothing was changed.', ...parts].join('\n\n'));
    }
    const changes = result.changes.map((change) => ({ ...change, paths: pathsOf(workbench, change) }));
    for (const { paths, text } of changes) {
      if (text !== null) await requireSyntax(workbench, paths.to, await textInTree(workbench, paths.from), text);
    }
    for (const change of changes) await make(workbench, change);
    const lines = changes.map(({ kind, path, from }) => `${kind} ${from === null ? '' : `${from} → `}${path}`);
    return { output: lines.join('\n'), summary: `${changes.length} ${changes.length === 1 ? 'file' : 'files'}` };
  },
});

function pathsOf(workbench: Workbench, { path, from }: FileChange) {
  const to = writablePath(workbench, path);
  return { to, from: from === null ? to : writablePath(workbench, from) };
}

async function make(
  { box }: Workbench,
  { text, paths, executable }: FileChange & { readonly paths: { readonly to: string; readonly from: string } },
): Promise<void> {
  await inWords(async () => {
    if (text === null) return box.remove(paths.to);
    await box.writeFile(paths.to, text);
    if (paths.from !== paths.to) await box.remove(paths.from);
    if (executable === undefined) return;
    await box.run({ argv: ['chmod', executable ? '+x' : '-x', '--', `./${paths.to}`], timeoutMs: 10_000 });
  });
}
