import { type CodeSymbol, type SymbolKind, symbolKinds } from '@yudai/contract';
import { type Command, Option } from 'commander';
import { chooseProject } from '#connection/choose-project.ts';
import { limitOption, projectOption, withCommonOptions, withExamples } from '#options.ts';
import { safeText } from '#output/safe-text.ts';
import type { Style } from '#output/style.ts';
import { formatTable } from '#output/table.ts';
import { type Cli, withSession } from '#run-command.ts';

interface SymbolsOptions {
  readonly project?: string;
  readonly kind?: SymbolKind;
  readonly path?: string;
  readonly limit: number;
  readonly references?: boolean;
}

export function addSymbols(program: Command, cli: Cli): void {
  const symbols = withCommonOptions(program.command('symbols'))
    .description('definitions by name or file, or the places where a name is used')
    .argument('[name]', 'a name or part of one')
    .addOption(projectOption())
    .addOption(new Option('-k, --kind <kind>', 'only this kind').choices(symbolKinds))
    .option('--path <file>', 'only those of this file')
    .option('-r, --references', 'where the name is used, instead of where it is defined')
    .addOption(limitOption(200, 50))
    .action((name: string | undefined, options: SymbolsOptions, command: Command) => {
      if (options.references === true && name === undefined) command.error('error: --references needs a name');
      return withSession(cli, command, async ({ connection, terminal }) => {
        const { id: projectId } = await chooseProject(connection.client, terminal, options.project);
        const { limit, kind, path } = options;
        const { signal } = terminal;
        if (options.references === true && name !== undefined) {
          const data = await connection.client.codebase.references({ projectId, name, limit }, { signal });
          return { data, text: (style) => formatReferences(data.items, style) };
        }
        const filters = { ...(kind === undefined ? {} : { kind }), ...(path === undefined ? {} : { path }) };
        const data = await connection.client.codebase.symbols(
          { projectId, query: name ?? '', limit, ...filters },
          { signal },
        );
        return { data, text: (style) => formatSymbols(data.items, data.nextCursor !== null, style) };
      });
    });
  withExamples(
    symbols,
    'yudai symbols Queue',
    'yudai symbols --path src/queue.ts --json',
    'yudai symbols retry --references',
  );
}

function formatSymbols(symbols: readonly CodeSymbol[], more: boolean, style: Style): string {
  if (symbols.length === 0) return 'No definition matches.';
  const rows = symbols.map((symbol) => [
    style('cyan', symbol.kind),
    style('bold', safeText(symbol.container === '' ? symbol.name : `${symbol.container}.${symbol.name}`)),
    `${safeText(symbol.path)}${style('dim', `:${symbol.startLine}`)}`,
    style('dim', safeText(symbol.signature).slice(0, 100)),
  ]);
  return formatTable(rows) + (more ? style('dim', '\nThere are more; --limit shows them.') : '');
}

interface Reference {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly definition: boolean;
}

function formatReferences(references: readonly Reference[], style: Style): string {
  if (references.length === 0) return 'The name is used nowhere.';
  return references
    .map(({ path, line, column, text, definition }) => {
      const place = `${safeText(path)}${style('dim', `:${line}:${column}`)}`;
      return `${place}  ${safeText(text.trim())}${definition ? style('green', '  ← defined here') : ''}`;
    })
    .join('\n');
}
