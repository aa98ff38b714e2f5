import { bashTool } from '#tools/bash.ts';
import { editTool } from '#tools/edit.ts';
import { graphTool } from '#tools/graph.ts';
import { historyTool } from '#tools/history.ts';
import { issuesTool } from '#tools/issues.ts';
import { listTool } from '#tools/list.ts';
import { looking } from '#tools/looking.ts';
import { patchTool } from '#tools/patch.ts';
import { readFileTool } from '#tools/read-file.ts';
import { readTool } from '#tools/read.ts';
import { referencesTool } from '#tools/references.ts';
import { searchTool } from '#tools/search.ts';
import { symbolsTool } from '#tools/symbols.ts';
import type { Tool } from '#tools/tool.ts';
import type { Workbench } from '#tools/workbench.ts';
import { writeTool } from '#tools/write.ts';

export { callTool, type ToolOutcome } from '#tools/call-tool.ts';
export type { IssueEntry, ReferencePlace, RepositoryReader } from '#tools/repository-reader.ts';
export { defineTool, elide, type Tool, type ToolAnswer, ToolError } from '#tools/tool.ts';
export type { Workbench } from '#tools/workbench.ts';

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

/** Everything with which a model can work on a repository in a box. */
export const workingTools: readonly Tool<Workbench>[] = [
  bashTool,
  readFileTool,
  listTool,
  editTool,
  patchTool,
  writeTool,
  ...[searchTool, symbolsTool, referencesTool, graphTool, historyTool, issuesTool].map(looking),
];
