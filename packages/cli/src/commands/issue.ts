import {
  type Complexity,
  complexities,
  issuePriorities,
  type IssuePriority,
  issueStatuses,
  type IssueStatus,
} from '@yudai/contract';
import { type Command, Option } from 'commander';
import { textFrom } from '#commands/card-sources.ts';
import { chooseIssue, requireId } from '#commands/choose-issue.ts';
import { exitCodeOfScore, followWork } from '#commands/follow-work.ts';
import { titleIn } from '#commands/title-in.ts';
import { chooseProject } from '#connection/choose-project.ts';
import { CliError, exitCodes } from '#exit-codes.ts';
import { limitOption, projectOption, wholeNumber, withCommonOptions, withExamples } from '#options.ts';
import { formatIssue, formatIssues, formatReadiness } from '#output/issue-text.ts';
import { safeText } from '#output/safe-text.ts';
import { type Cli, withSession } from '#run-command.ts';

interface Facts {
  readonly project?: string;
  readonly priority?: IssuePriority;
  readonly complexity?: Complexity;
  readonly label?: readonly string[];
  readonly assignee?: readonly string[];
}

export function addIssue(program: Command, cli: Cli): void {
  const issue = program.command('issue').description('what is to be done: written, judged and published on GitHub');
  addList(issue, cli);
  addDraft(issue, cli);
  addCreate(issue, cli);
  addShow(issue, cli);
  addEdit(issue, cli);
  addCheck(issue, cli);
  addPublish(issue, cli);
  addArchive(issue, cli);
  withExamples(
    issue,
    'yudai issue draft "Retries are counted twice"',
    'yudai issue draft --session ses_… --card crd_…',
    'yudai issue check iss_… --least 80',
    'yudai issue show iss_… --markdown > issue.md && yudai issue edit iss_… --file issue.md',
    'yudai issue preview iss_… && yudai issue publish iss_…',
    'yudai issue list --status published --json',
  );
}

function withFacts(command: Command): Command {
  return command
    .addOption(projectOption())
    .addOption(new Option('--priority <priority>', 'how much it matters').choices(issuePriorities))
    .addOption(new Option('--complexity <size>', 'how much work it is').choices(complexities))
    .option('--label <labels...>', 'labels on GitHub')
    .option('--assignee <names...>', 'who does it, by their names on GitHub');
}

function factsOf({ priority, complexity, label, assignee }: Facts) {
  return {
    ...(priority === undefined ? {} : { priority }),
    ...(complexity === undefined ? {} : { complexity }),
    ...(label === undefined ? {} : { labels: [...label] }),
    ...(assignee === undefined ? {} : { assignees: [...assignee] }),
  };
}

function addList(issue: Command, cli: Cli): void {
  withCommonOptions(issue.command('list', { isDefault: true }))
    .description('list issues, the last changed first')
    .argument('[words...]', 'only those with these words')
    .addOption(projectOption())
    .addOption(limitOption(100, 50))
    .addOption(new Option('-s, --status <status>', 'only these').choices(issueStatuses))
    .addOption(new Option('--priority <priority>', 'only these').choices(issuePriorities))
    .option('--label <label>', 'only with this label')
    .option('--archived', 'those that were archived')
    .action(
      (
        words: string[],
        options: {
          project?: string;
          limit: number;
          status?: IssueStatus;
          priority?: IssuePriority;
          label?: string;
          archived?: boolean;
        },
        command: Command,
      ) =>
        withSession(cli, command, async ({ connection, terminal }) => {
          const project = await chooseProject(connection.client, terminal, options.project);
          const { limit, status, priority, label, archived = false } = options;
          const query = words.join(' ');
          const filter = {
            ...(query === '' ? {} : { query }),
            ...(status === undefined ? {} : { status }),
            ...(priority === undefined ? {} : { priority }),
            ...(label === undefined ? {} : { label }),
          };
          const input = { projectId: project.id, limit, archived, ...filter };
          const data = await connection.client.issues.list(input, { signal: terminal.signal });
          return { data, text: (style) => formatIssues(data, style) };
        }),
    );
}

function addDraft(issue: Command, cli: Cli): void {
  withFacts(withCommonOptions(issue.command('draft')))
    .description('have an issue written; what it cannot know it asks')
    .argument('[wish]', 'what should be different; - reads stdin')
    .option('--session <session>', 'from a conversation')
    .option('--message <message>', 'from one message')
    .option('--card <cards...>', 'with these cards')
    .option('--idea <idea>', 'from an idea')
    .action(
      (
        wish: string | undefined,
        options: Facts & { session?: string; message?: string; card?: string[]; idea?: string },
        command: Command,
      ) =>
        withSession(cli, command, async (session) => {
          const { connection, terminal } = session;
          const text = wish === '-' ? await textFrom('-', terminal) : wish;
          const project = await chooseProject(connection.client, terminal, options.project);
          const from = {
            ...(text === undefined ? {} : { text }),
            ...(options.session === undefined ? {} : { sessionId: requireId('session', options.session) }),
            ...(options.message === undefined ? {} : { messageId: requireId('message', options.message) }),
            ...(options.idea === undefined ? {} : { ideaId: requireId('idea', options.idea) }),
            cardIds: (options.card ?? []).map((card) => requireId('card', card)),
          };
          if (Object.keys(from).length === 1 && from.cardIds.length === 0) {
            throw new CliError(
              'bad_request',
              'Say what should be different, or give --session, --message, --card or --idea.',
            );
          }
          const started = await connection.client.issues.draft({ projectId: project.id, ...from, ...factsOf(options) });
          await followWork(session, started.job);
          const data = await connection.client.issues.get({ projectId: project.id, id: started.issue.id });
          return { data, text: (style) => formatIssue(data, style) };
        }),
    );
}

function addCreate(issue: Command, cli: Cli): void {
  withFacts(withCommonOptions(issue.command('create')))
    .description('write an issue by hand; no model is needed')
    .argument('[title]', 'what it is called; the first line of the file unless told')
    .option('--file <file>', 'all that it says, as Markdown; - reads stdin')
    .action((named: string | undefined, options: Facts & { file?: string }, command: Command) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const markdown = options.file === undefined ? undefined : await textFrom(options.file, terminal);
        const title = named ?? titleIn(markdown ?? '');
        if (title === '') throw nameless();
        const project = await chooseProject(connection.client, terminal, options.project);
        const projectId = project.id;
        const made = await connection.client.issues.create({ projectId, document: { title }, ...factsOf(options) });
        const { id, version } = made;
        const data =
          markdown === undefined ? made : await connection.client.issues.update({ projectId, id, version, markdown });
        return { data, text: (style) => formatIssue(data, style) };
      }),
    );
}

function nameless(): CliError {
  return new CliError('bad_request', 'Say what the issue is called: a title, or --file with one in its first line.');
}

function addShow(issue: Command, cli: Cli): void {
  withCommonOptions(issue.command('show'))
    .description('one issue with all that it says')
    .argument('<issue>', 'id, number on GitHub or title')
    .addOption(projectOption())
    .option('--markdown', 'only the Markdown, for a file')
    .action((named: string, options: { project?: string; markdown?: boolean }, command: Command) =>
      withSession(cli, command, async (session) => {
        const data = await chooseIssue(session, options.project, named);
        return {
          data,
          text: (style) => (options.markdown === true ? safeText(data.markdown) : formatIssue(data, style)),
        };
      }),
    );
}

function addEdit(issue: Command, cli: Cli): void {
  withFacts(withCommonOptions(issue.command('edit')))
    .description('change an issue, or have it written again')
    .argument('<issue>', 'id, number on GitHub or title')
    .option('--title <title>', 'another title')
    .option('--file <file>', 'all that it says, as Markdown; - reads stdin')
    .addOption(new Option('--again [instructions]', 'have it written again').conflicts(['title', 'file']))
    .action(
      (named: string, options: Facts & { title?: string; file?: string; again?: string | true }, command: Command) =>
        withSession(cli, command, async (session) => {
          const { terminal, connection } = session;
          const { client } = connection;
          const { id, projectId, version } = await chooseIssue(session, options.project, named);
          if (options.again !== undefined) {
            const told = options.again === true ? {} : { instructions: options.again };
            const { job } = await client.issues.regenerate({ projectId, id, version, ...told });
            await followWork(session, job);
            const written = await client.issues.get({ projectId, id });
            return { data: written, text: (style) => formatIssue(written, style) };
          }
          const change = {
            ...factsOf(options),
            ...(options.title === undefined ? {} : { document: { title: options.title } }),
            ...(options.file === undefined ? {} : { markdown: await textFrom(options.file, terminal) }),
          };
          if (Object.keys(change).length === 0) {
            throw new CliError(
              'bad_request',
              'Say what to change: --title, --file, --priority, --label, … or --again.',
            );
          }
          const data = await client.issues.update({ projectId, id, version, ...change });
          return { data, text: (style) => formatIssue(data, style) };
        }),
    );
}

function addCheck(issue: Command, cli: Cli): void {
  withCommonOptions(issue.command('check'))
    .description('how ready an issue is, and what is missing')
    .argument('<issue>', 'id, number on GitHub or title')
    .addOption(projectOption())
    .addOption(new Option('--least <score>', 'exit with 1 below this score').argParser(wholeNumber(0, 100)).default(0))
    .action((named: string, options: { project?: string; least: number }, command: Command) =>
      withSession(cli, command, async (session) => {
        const { id, projectId } = await chooseIssue(session, options.project, named);
        const { connection, terminal } = session;
        const data = await connection.client.issues.check({ projectId, id }, { signal: terminal.signal });
        return {
          data,
          text: (style) => formatReadiness(data, style),
          exitCode: exitCodeOfScore(data.score, options.least),
        };
      }),
    );
}

function addPublish(issue: Command, cli: Cli): void {
  withCommonOptions(issue.command('preview'))
    .description('exactly what would be published')
    .argument('<issue>', 'id or title')
    .addOption(projectOption())
    .action((named: string, options: { project?: string }, command: Command) =>
      withSession(cli, command, async (session) => {
        const { id, projectId } = await chooseIssue(session, options.project, named);
        const data = await session.connection.client.issues.preview({ projectId, id });
        const { repository, title, body, labels, assignees } = data;
        const head = `${repository ?? 'nowhere: this project is not on GitHub'}\n${title}\nlabels: ${labels.join(', ')}\nassignees: ${assignees.join(', ')}`;
        return { data, text: () => safeText(`${head}\n\n${body}`) };
      }),
    );

  withCommonOptions(issue.command('publish'))
    .description('open it on GitHub, once however often this is asked')
    .argument('<issue>', 'id or title')
    .addOption(projectOption())
    .action((named: string, options: { project?: string }, command: Command) =>
      withSession(cli, command, async (session) => {
        const { id, projectId, version } = await chooseIssue(session, options.project, named);
        const { client } = session.connection;
        const { job } = await client.issues.publish({ projectId, id, version });
        if (job !== null) await followWork(session, job);
        const data = await client.issues.get({ projectId, id });
        return { data, text: () => safeText(data.github?.url ?? ''), exitCode: exitCodes.ok };
      }),
    );
}

function addArchive(issue: Command, cli: Cli): void {
  withCommonOptions(issue.command('archive'))
    .description('take an issue out of the lists, or with --back put it there again')
    .argument('<issue>', 'id, number on GitHub or title')
    .addOption(projectOption())
    .option('--back', 'put it back')
    .action((named: string, options: { project?: string; back?: boolean }, command: Command) =>
      withSession(cli, command, async (session) => {
        const { id, projectId } = await chooseIssue(session, options.project, named);
        const { issues } = session.connection.client;
        const data = await (options.back === true
          ? issues.unarchive({ projectId, id })
          : issues.archive({ projectId, id }));
        return { data, text: () => safeText(`${data.title} is ${data.archived ? 'archived' : 'back in the lists'}.`) };
      }),
    );
}
