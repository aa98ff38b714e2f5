import { graphTool } from '#tools/graph.ts';
import { historyTool } from '#tools/history.ts';
import { issuesTool } from '#tools/issues.ts';
import { readTool } from '#tools/read.ts';
import { referencesTool } from '#tools/references.ts';
import { searchTool } from '#tools/search.ts';
import { symbolsTool } from '#tools/symbols.ts';
import type { Tool } from '#tools/tool.ts';

export { callTool } from '#tools/call-tool.ts';
export type { IssueEntry, ReferencePlace, RepositoryReader } from '#tools/repository-reader.ts';
export { type Tool, ToolError } from '#tools/tool.ts';

/** Everything with which a model can look at a repository; none of them changes anything. */
export const readingTools: readonly Tool[] = [
  searchTool,
  readTool,
  symbolsTool,
  referencesTool,
  graphTool,
  historyTool,
  issuesTool,
];
