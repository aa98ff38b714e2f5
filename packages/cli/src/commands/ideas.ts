import { complexities, type Complexity, ideaStatuses, type IdeaStatus } from '@yudai/contract';
import { type Command, Option } from 'commander';
import { requireId } from '#commands/choose-issue.ts';
import { followWork } from '#commands/follow-work.ts';
import { chooseProject } from '#connection/choose-project.ts';
import { limitOption, projectOption, wholeNumber, withCommonOptions, withExamples } from '#options.ts';
import { formatIdeas, formatIssue } from '#output/issue-text.ts';
import { safeText } from '#output/safe-text.ts';
import { type Cli, withSession } from '#run-command.ts';

interface Named {
  readonly project?: string;
}

export function addIdeas(program: Command, cli: Cli): void {
  const ideas = program.command('ideas').description('what would be worth doing, before it is an issue');

  withCommonOptions(ideas.command('list', { isDefault: true }))
    .description('list ideas, newest first')
    .addOption(projectOption())
    .addOption(limitOption(100, 50))
    .addOption(new Option('-s, --status <status>', 'only these').choices(ideaStatuses))
    .action((options: Named & { limit: number; status?: IdeaStatus }, command: Command) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const project = await chooseProject(connection.client, terminal, options.project);
        const status = options.status === undefined ? {} : { status: options.status };
        const input = { projectId: project.id, limit: options.limit, ...status };
        const data = await connection.client.issues.ideas(input, { signal: terminal.signal });
        return { data, text: (style) => formatIdeas(data, style) };
      }),
    );

  withCommonOptions(ideas.command('generate'))
    .description('look through the code for ideas')
    .argument('[about]', 'what to look for, or where')
    .addOption(projectOption())
    .addOption(new Option('--count <number>', 'at most so many').argParser(wholeNumber(1, 10)).default(5))
    .action((about: string | undefined, options: Named & { count: number }, command: Command) =>
      withSession(cli, command, async (session) => {
        const { connection, terminal } = session;
        const project = await chooseProject(connection.client, terminal, options.project);
        const told = about === undefined ? {} : { about };
        const input = { projectId: project.id, count: options.count, ...told };
        await followWork(session, await connection.client.issues.generateIdeas(input));
        const data = await connection.client.issues.ideas({ projectId: project.id, status: 'pending' });
        return { data, text: (style) => formatIdeas(data, style) };
      }),
    );

  withCommonOptions(ideas.command('add'))
    .description('write an idea down')
    .argument('<title>', 'the idea in one line')
    .argument('[description]', 'more about it')
    .addOption(projectOption())
    .addOption(new Option('--complexity <size>', 'how much work it is').choices(complexities).default('M'))
    .action(
      (title: string, description: string | undefined, options: Named & { complexity: Complexity }, command: Command) =>
        withSession(cli, command, async ({ connection, terminal }) => {
          const project = await chooseProject(connection.client, terminal, options.project);
          const data = await connection.client.issues.createIdea({
            projectId: project.id,
            title,
            description: description ?? '',
            complexity: options.complexity,
          });
          return { data, text: () => safeText(`Kept as ${data.id}: ${data.title}`) };
        }),
    );

  withCommonOptions(ideas.command('dismiss'))
    .description('put an idea aside, or with --back take it up again')
    .argument('<id>', 'its id')
    .addOption(projectOption())
    .option('--back', 'take it up again')
    .action((named: string, options: Named & { back?: boolean }, command: Command) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const project = await chooseProject(connection.client, terminal, options.project);
        const id = requireId('idea', named);
        const dismissed = options.back !== true;
        const data = await connection.client.issues.dismissIdea({ projectId: project.id, id, dismissed });
        return { data, text: () => safeText(`${data.title} is ${data.status}.`) };
      }),
    );

  withCommonOptions(ideas.command('promote'))
    .description('make an issue of an idea')
    .argument('<id>', 'its id')
    .addOption(projectOption())
    .option('--write', 'have the issue written by a model')
    .action((named: string, options: Named & { write?: boolean }, command: Command) =>
      withSession(cli, command, async (session) => {
        const { connection, terminal } = session;
        const project = await chooseProject(connection.client, terminal, options.project);
        const input = { projectId: project.id, id: requireId('idea', named), write: options.write === true };
        const { issue, job } = await connection.client.issues.promoteIdea(input);
        if (job !== null) await followWork(session, job);
        const data = await connection.client.issues.get({ projectId: project.id, id: issue.id });
        return { data, text: (style) => formatIssue(data, style) };
      }),
    );

  withExamples(
    ideas,
    'yudai ideas generate "error handling in src/queue" --count 3',
    'yudai ideas add "Count retries once" --complexity S',
    'yudai ideas promote ide_… --write',
    'yudai ideas dismiss ide_…',
  );
}
