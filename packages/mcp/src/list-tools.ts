import { type AnyContractProcedure, type AnyContractRouter, isContractProcedure } from '@orpc/contract';
import { type ProcedureMeta, type Tool } from '@yudai/contract';
import { z } from 'zod';

/** A procedure of the contract that is offered as a tool. */
export interface ToolProcedure extends Tool {
  /** Where it stands in the contract: `codebase.search`. */
  readonly operation: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** It changes nothing. */
  readonly reads: boolean;
}

/** Every procedure of the contract that is marked as a tool. Throws when what one takes or gives is no object, which MCP cannot say. */
export function listTools(router: AnyContractRouter, path: readonly string[] = []): ToolProcedure[] {
  if (isContractProcedure(router)) {
    const tool = toTool(router, path.join('.'));
    return tool === null ? [] : [tool];
  }
  return Object.entries(router).flatMap(([name, part]: [string, AnyContractRouter]) =>
    listTools(part, [...path, name]),
  );
}

function toTool({ '~orpc': definition }: AnyContractProcedure, operation: string): ToolProcedure | null {
  // The contract is written with `procedure` and `projectProcedure`, whose meta this is.
  const { tool, access } = definition.meta as ProcedureMeta;
  if (tool === undefined) return null;
  const { inputSchema: input, outputSchema: output } = definition;
  if (!(input instanceof z.ZodObject) || !(output instanceof z.ZodObject))
    throw new Error(`${operation} cannot be a tool: it must take and give objects.`);
  const reads = access?.permission?.endsWith('.read') ?? definition.route.method === 'GET';
  return { ...tool, operation, input, output, reads };
}
