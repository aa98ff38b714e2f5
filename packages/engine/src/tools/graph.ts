import { z } from 'zod';
import { defineTool, ToolError } from '#tools/tool.ts';

const most = 60;

/** What a file imports and what imports it. */
export const graphTool = defineTool({
  name: 'graph',
  description: 'What a file imports, what imports it, and the import cycles it is in.',
  input: z.object({ path: z.string().min(1).max(4096) }),
  async run({ path }, reader, signal) {
    const found = await reader.dependencies(path, signal);
    if (found === null) throw new ToolError(`There is no indexed file '${path}'.`);
    const imports = found.imports.map(
      ({ specifier, path: to, package: name, line }) => `  ${to ?? name ?? `${specifier} (not found)`} (line ${line})`,
    );
    const importers = found.importedBy.map(({ path: from, line }) => `  ${from}:${line}`);
    const cycles = found.cycles.slice(0, 3).map((cycle) => `  ${cycle.slice(0, 12).join(' → ')}`);
    return {
      output: [
        `${path} imports ${imports.length}:`,
        ...imports.slice(0, most),
        `and is imported by ${importers.length}:`,
        ...importers.slice(0, most),
        ...(cycles.length === 0 ? [] : ['in cycles:', ...cycles]),
      ].join('\n'),
      summary: `imports ${imports.length}, imported by ${importers.length}`,
    };
  },
});
