import type { DependencyGraph, FileDependencies } from '@yudai/contract';
import type { Command } from 'commander';
import { chooseProject } from '#connection/choose-project.ts';
import { limitOption, projectOption, withCommonOptions, withExamples } from '#options.ts';
import { formatAmount, formatCount } from '#output/numbers.ts';
import { safeText } from '#output/safe-text.ts';
import type { Style } from '#output/style.ts';
import { formatTable } from '#output/table.ts';
import { type Answer } from '#output/answer.ts';
import { type Cli, withSession } from '#run-command.ts';

interface GraphOptions {
  readonly project?: string;
  readonly cycles?: boolean;
  readonly packages?: boolean;
  readonly path?: string;
  readonly limit: number;
}

export function addGraph(program: Command, cli: Cli): void {
  const graph = withCommonOptions(program.command('graph'))
    .description('what imports what: of one file, or of the whole repository')
    .argument('[file]', 'a file of the repository')
    .addOption(projectOption())
    .option('--cycles', 'only the import cycles')
    .option('--packages', 'only the external packages')
    .option('--path <prefix>', 'only below this path')
    .addOption(limitOption(20_000, 5000))
    .action((file: string | undefined, options: GraphOptions, command: Command) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const { id: projectId } = await chooseProject(connection.client, terminal, options.project);
        const { signal } = terminal;
        if (file !== undefined) {
          const data = await connection.client.codebase.dependencies({ projectId, path: file }, { signal });
          return { data, text: (style) => formatDependencies(data, style) };
        }
        const { limit, path } = options;
        const data = await connection.client.codebase.graph(
          { projectId, limit, ...(path === undefined ? {} : { path }) },
          { signal },
        );
        return graphAnswer(data, options);
      }),
    );
  withExamples(
    graph,
    'yudai graph',
    'yudai graph src/queue.ts',
    'yudai graph --cycles',
    'yudai graph --packages --json',
  );
}

function graphAnswer(graph: DependencyGraph, { cycles, packages }: GraphOptions): Answer {
  const { commit } = graph;
  if (cycles === true) {
    return { data: { cycles: graph.cycles, commit }, text: (style) => formatCycles(graph.cycles, style) };
  }
  if (packages === true) {
    return { data: { packages: graph.packages, commit }, text: (style) => formatPackages(graph.packages, style) };
  }
  return { data: graph, text: (style) => formatOverview(graph, style) };
}

function formatOverview(graph: DependencyGraph, style: Style): string {
  const mostImported = graph.nodes.toSorted((a, b) => b.importedBy - a.importedBy).slice(0, 15);
  const rows = mostImported.map((node) => [
    style('bold', safeText(node.path)),
    `imported by ${node.importedBy}`,
    `imports ${node.imports}`,
  ]);
  const numbers = [
    formatAmount(graph.totalNodes, 'file'),
    formatAmount(graph.edges.length, 'import'),
    formatAmount(graph.packages.length, 'external package'),
    formatAmount(graph.cycles.length, 'cycle'),
    `${formatCount(graph.unresolved)} unresolved`,
  ];
  const cut = graph.truncated
    ? `\n${style('dim', `Shown: the ${formatCount(graph.nodes.length)} best connected files.`)}`
    : '';
  return `${numbers.join(' · ')}${cut}\n\nMost imported:\n${formatTable(rows)}`;
}

function formatCycles(cycles: DependencyGraph['cycles'], style: Style): string {
  if (cycles.length === 0) return 'There are no import cycles.';
  return cycles
    .map(
      (paths) =>
        `${style('bold', formatAmount(paths.length, 'file'))}\n${paths.map((path) => `  ${safeText(path)}`).join('\n')}`,
    )
    .join('\n');
}

function formatPackages(packages: DependencyGraph['packages'], style: Style): string {
  if (packages.length === 0) return 'No external package is imported.';
  return formatTable(packages.map(({ name, files }) => [style('bold', safeText(name)), formatAmount(files, 'file')]));
}

function formatDependencies(file: FileDependencies, style: Style): string {
  const imports = file.imports.map(({ specifier, line, path, package: external }) => [
    style('dim', String(line).padStart(5)),
    safeText(specifier),
    path === null ? style('dim', external === null ? 'unresolved' : `package ${safeText(external)}`) : safeText(path),
  ]);
  const importers = file.importedBy.map(({ path, line }) => `${safeText(path)}${style('dim', `:${line}`)}`);
  const parts = [
    style('bold', safeText(file.path)),
    imports.length === 0 ? 'Imports nothing.' : `Imports ${imports.length}:\n${formatTable(imports)}`,
    importers.length === 0 ? 'Imported by nothing.' : `Imported by ${importers.length}:\n  ${importers.join('\n  ')}`,
  ];
  if (file.cycles.length > 0)
    parts.push(`In ${formatAmount(file.cycles.length, 'cycle')}:\n${formatCycles(file.cycles, style)}`);
  return parts.join('\n\n');
}
