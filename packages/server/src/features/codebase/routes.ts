import { contract } from '@yudai/contract';
import { implement } from '#platform/http/procedure.ts';
import type { CodebaseService } from './service.ts';

export function createCodebaseRoutes(service: CodebaseService) {
  const door = implement(contract.codebase);
  return door.router({
    index: door.index.handler(({ input, context: { ctx } }) => service.index(ctx, input)),
    analyses: door.analyses.handler(({ input, context: { ctx } }) => service.analyses(ctx, input)),
    skipped: door.skipped.handler(({ input, context: { ctx } }) => service.skipped(ctx, input)),
    tree: door.tree.handler(({ input, context: { ctx } }) => service.tree(ctx, input)),
    file: door.file.handler(({ input, context: { ctx } }) => service.file(ctx, input)),
    updateFile: door.updateFile.handler(({ input, context: { ctx } }) => service.updateFile(ctx, input)),
    symbols: door.symbols.handler(({ input, context: { ctx } }) => service.symbols(ctx, input)),
    references: door.references.handler(({ input, context: { ctx } }) => service.references(ctx, input)),
    graph: door.graph.handler(({ input, context: { ctx } }) => service.graph(ctx, input)),
    dependencies: door.dependencies.handler(({ input, context: { ctx } }) => service.dependencies(ctx, input)),
    history: door.history.handler(({ input, context: { ctx } }) => service.history(ctx, input)),
    search: door.search.handler(({ input, context: { ctx } }) => service.search(ctx, input)),
    pack: door.pack.handler(({ input, context: { ctx } }) => service.pack(ctx, input)),
  });
}
