import { confirm } from '@clack/prompts';
import type { Project } from '@yudai/contract';
import type { Command } from 'commander';
import { allProjects, chooseProject } from '#connection/choose-project.ts';
import { CliError } from '#exit-codes.ts';
import { withCommonOptions, withExamples } from '#options.ts';
import { formatCount, formatTime } from '#output/numbers.ts';
import { safeText } from '#output/safe-text.ts';
import type { Style } from '#output/style.ts';
import { formatTable } from '#output/table.ts';
import { type Cli, type CommonOptions, withSession } from '#run-command.ts';
import type { Terminal } from '#terminal.ts';

export function addProjects(program: Command, cli: Cli): void {
  const projects = program.command('projects').description('the connected repositories');

  withCommonOptions(projects.command('list', { isDefault: true }))
    .description('list them, newest first')
    .option('--archived', 'the archived ones too')
    .action((options: { archived?: boolean }, command: Command) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const all = await allProjects(connection.client, terminal.signal);
        const items = all.filter((project) => options.archived === true || !project.archived);
        return { data: { items }, text: (style) => formatProjects(items, style) };
      }),
    );

  withCommonOptions(projects.command('rename'))
    .description('give a project another name')
    .argument('<project>', 'id, name or folder')
    .argument('<name>', 'the new name')
    .action((named: string, name: string, _options: unknown, command: Command) =>
      change(cli, command, named, { name }, (project) => `Now called ${project.name}.`),
    );

  for (const archived of [true, false]) {
    const word = archived ? 'archive' : 'unarchive';
    withCommonOptions(projects.command(word))
      .description(archived ? 'take a project out of the list, keeping it' : 'put an archived project back')
      .argument('<project>', 'id, name or folder')
      .action((named: string, _options: unknown, command: Command) =>
        change(
          cli,
          command,
          named,
          { archived },
          (project) => `${project.name} is ${archived ? 'archived' : 'back in the list'}.`,
        ),
      );
  }

  withCommonOptions(projects.command('delete'))
    .description('delete a project and everything Yudai stored about it (never the repository itself)')
    .argument('<project>', 'id, name or folder')
    .option('-y, --yes', 'do not ask')
    .action((named: string, options: CommonOptions & { yes?: boolean }, command: Command) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const project = await chooseProject(connection.client, terminal, named);
        if (options.yes !== true) await requireConsent(terminal, project, options.json === true);
        const data = await connection.client.projects.delete({ id: project.id }, { signal: terminal.signal });
        return { data, text: () => `${safeText(project.name)} is deleted.` };
      }),
    );

  withExamples(
    projects,
    'yudai projects',
    'yudai projects rename ./old "New name"',
    'yudai projects delete demo --yes --json',
  );
}

function change(
  cli: Cli,
  command: Command,
  named: string,
  changes: { name?: string; archived?: boolean },
  say: (project: Project) => string,
): Promise<void> {
  return withSession(cli, command, async ({ connection, terminal }) => {
    const { id } = await chooseProject(connection.client, terminal, named);
    const data = await connection.client.projects.update({ id, ...changes }, { signal: terminal.signal });
    return { data, text: () => safeText(say(data)) };
  });
}

async function requireConsent(terminal: Terminal, project: Project, json: boolean): Promise<void> {
  if (terminal.stdin.isTTY !== true || json) {
    throw new CliError('bad_request', `Deleting cannot be undone. Add --yes to delete "${project.name}".`);
  }
  const message = `Delete "${project.name}" and everything stored about it?`;
  const answer = await confirm({ message, initialValue: false, output: terminal.stderr });
  if (answer !== true) throw new CliError('cancelled', 'Nothing was deleted.');
}

function formatProjects(projects: readonly Project[], style: Style): string {
  if (projects.length === 0) return 'No repository is connected yet. Connect one with `yudai index <folder or URL>`.';
  const rows = projects.map((project) => [
    style('bold', safeText(project.name)),
    statusOf(project, style),
    project.fileCount === null ? '–' : `${formatCount(project.fileCount)} files`,
    project.ref ?? (project.commit === null ? '' : project.commit.slice(0, 8)),
    formatTime(project.indexedAt),
    style('dim', safeText(nameOfSource(project.source))),
    style('dim', project.id),
  ]);
  return formatTable(rows);
}

function statusOf(project: Project, style: Style): string {
  if (project.archived) return style('dim', 'archived');
  switch (project.status) {
    case 'connecting':
      return style('cyan', 'connecting');
    case 'ready':
      return project.activeJobId === null ? style('green', 'ready') : style('cyan', 'indexing');
    case 'failed':
      return style('red', 'failed');
  }
}

function nameOfSource(source: Project['source']): string {
  if (source.kind === 'folder') return source.path;
  return source.kind === 'git' ? source.url : source.repository;
}
