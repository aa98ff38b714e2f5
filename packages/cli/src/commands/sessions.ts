import { chatExport, type ChatExport, type ChatSession } from '@yudai/contract';
import { type Command, Option } from 'commander';
import { textFrom } from '#commands/card-sources.ts';
import { saveFile } from '#commands/save-file.ts';
import { chooseProject } from '#connection/choose-project.ts';
import { chooseSession } from '#connection/choose-session.ts';
import { CliError } from '#exit-codes.ts';
import { limitOption, projectOption, wholeNumber, withCommonOptions, withExamples } from '#options.ts';
import type { Answer } from '#output/answer.ts';
import { formatConversation, formatSessions } from '#output/chat-text.ts';
import { safeText } from '#output/safe-text.ts';
import { type Cli, type Session, withSession } from '#run-command.ts';

interface Named {
  readonly project?: string;
}

export function addSessions(program: Command, cli: Cli): void {
  const sessions = program.command('sessions').description('conversations with DAifu');
  addList(sessions, cli);
  addShow(sessions, cli);
  addFiles(sessions, cli);
  addChanges(sessions, cli);
  withExamples(
    sessions,
    'yudai sessions',
    'yudai sessions show ses_…',
    'yudai sessions export "Where are retries counted" talk.md --format markdown',
    'yudai sessions export ses_… > talk.json && yudai sessions import talk.json',
    'yudai sessions rename ses_… Retries',
  );
}

function addList(sessions: Command, cli: Cli): void {
  withCommonOptions(sessions.command('list', { isDefault: true }))
    .description('list them, pinned and newest first')
    .argument('[words...]', 'only those with these words in their title')
    .addOption(projectOption())
    .addOption(limitOption(50, 20))
    .option('--archived', 'those that were put away')
    .action((words: string[], options: Named & { limit: number; archived?: boolean }, command: Command) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const { id: projectId } = await chooseProject(connection.client, terminal, options.project);
        const query = words.length === 0 ? {} : { query: words.join(' ') };
        const data = await connection.client.chat.list(
          { projectId, limit: options.limit, archived: options.archived === true, ...query },
          { signal: terminal.signal },
        );
        return { data, text: (style) => formatSessions(data.items, style) };
      }),
    );
}

function addShow(sessions: Command, cli: Cli): void {
  onOne(sessions, cli, 'show', 'what was said, the newest messages of the branch that is shown', {
    prepare: (command) => command.option('-n, --limit <number>', 'at most so many (1–1000)', wholeNumber(1, 1000), 100),
    work: async ({ connection, terminal }, { id }, options: { limit: number }) => {
      const data = await connection.client.chat.get({ id, limit: options.limit }, { signal: terminal.signal });
      return { data, text: (style) => formatConversation(data.session, data.messages, style) };
    },
  });
}

function addFiles(sessions: Command, cli: Cli): void {
  onOne(sessions, cli, 'export', 'a conversation as a file', {
    prepare: (command) =>
      command
        .argument('[file]', 'where to write it (default: stdout)')
        .addOption(new Option('--format <format>', 'form of the file').choices(['json', 'markdown']).default('json')),
    work: async ({ connection, terminal }, { id }, options: { format: 'json' | 'markdown' }, file) => {
      const data = await connection.client.chat.export({ id, format: options.format }, { signal: terminal.signal });
      if (file === undefined) return { data, text: () => data.text };
      await saveFile(terminal, file, data.text);
      return { data: { file }, text: () => `The conversation is in ${file}.` };
    },
  });

  withCommonOptions(sessions.command('import'))
    .description('read a conversation back from its JSON file; what it says of models and costs is not believed')
    .argument('<file>', 'a file of `yudai sessions export`; - reads stdin')
    .addOption(projectOption())
    .action((file: string, options: Named, command: Command) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const conversation = parseFile(await textFrom(file, terminal));
        const { id: projectId } = await chooseProject(connection.client, terminal, options.project);
        const data = await connection.client.chat.import({ projectId, conversation }, { signal: terminal.signal });
        return { data, text: () => `Read back as ${data.id}: ${safeText(data.title)}.` };
      }),
    );
}

function addChanges(sessions: Command, cli: Cli): void {
  onOne(sessions, cli, 'remove', 'delete a conversation; its cards and issues stay', {
    prepare: (command) => command.option('-y, --yes', 'do not ask'),
    work: async ({ connection, terminal }, { id, title }, options: { yes?: boolean }) => {
      if (options.yes !== true)
        throw new CliError('bad_request', `This deletes "${safeText(title)}" for good. Say --yes when you mean it.`);
      const data = await connection.client.chat.remove({ id }, { signal: terminal.signal });
      return { data, text: () => `${safeText(title)} is deleted.` };
    },
  });
  onOne(sessions, cli, 'rename', 'give a conversation another title', {
    prepare: (command) => command.argument('<title>', 'the new title'),
    work: async ({ connection, terminal }, { id }, _options: object, title) => {
      const data = await connection.client.chat.update({ id, title: title ?? '' }, { signal: terminal.signal });
      return { data, text: () => `Now called ${safeText(data.title)}.` };
    },
  });
}

interface OnOne<T> {
  prepare(command: Command): Command;
  work(session: Session, one: ChatSession, options: T, second: string | undefined): Promise<Answer>;
}

/** A command about one conversation, named by its id or title. */
function onOne<T extends object>(sessions: Command, cli: Cli, verb: string, description: string, to: OnOne<T>): void {
  const command = withCommonOptions(sessions.command(verb))
    .description(description)
    .argument('<session>', 'id or title')
    .addOption(projectOption());
  to.prepare(command).action((named: string, ...rest: readonly unknown[]) =>
    withSession(cli, command, async (session) => {
      const { connection, terminal } = session;
      const { project } = command.opts<Named>();
      // An id names its project by itself.
      const projectId = named.startsWith('ses_')
        ? null
        : (await chooseProject(connection.client, terminal, project)).id;
      const one = await chooseSession({ client: connection.client, projectId, signal: terminal.signal }, named);
      const [second] = rest;
      return to.work(session, one, command.opts<T>(), typeof second === 'string' ? second : undefined);
    }),
  );
}

function parseFile(text: string): ChatExport {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CliError('bad_request', 'This is not a file of a conversation: it is no JSON.', { cause: error });
  }
  const parsed = chatExport.safeParse(value);
  if (parsed.success) return parsed.data;
  const [problem] = parsed.error.issues;
  const where = problem?.path.join('.') ?? '';
  throw new CliError('bad_request', `This is not a file of a conversation: ${where} ${problem?.message ?? ''}.`);
}
