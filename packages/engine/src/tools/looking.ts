import type { Tool } from '#tools/tool.ts';
import type { Workbench } from '#tools/workbench.ts';

/** A tool that looks at the repository, for who works on it: it says that it knows nothing of the changes. */
export function looking(tool: Tool): Tool<Workbench> {
  return {
    ...tool,
    description: `${tool.description} It knows the repository as it was before any change; grep in bash knows it as it is now.`,
    run: (input, { reader }, signal) => tool.run(input, reader, signal),
  };
}
