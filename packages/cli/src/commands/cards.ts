import { cardCategories, type CardCategory, type CardSource, cardSources, type CardVisibility } from '@yudai/contract';
import { type Command, Option } from 'commander';
import { addCardFiles } from '#commands/card-files.ts';
import { type Given, sourceOf, sourceOptions, textFrom } from '#commands/card-sources.ts';
import { chooseCard, requireCardId } from '#commands/choose-card.ts';
import { chooseProject } from '#connection/choose-project.ts';
import { CliError } from '#exit-codes.ts';
import { limitOption, projectOption, withCommonOptions, withExamples } from '#options.ts';
import { formatCard, formatCards } from '#output/card-text.ts';
import { safeText } from '#output/safe-text.ts';
import { type Cli, withSession } from '#run-command.ts';

interface Named {
  readonly project?: string;
}

const categoryOption = () => new Option('--category <category>', 'what it is good for').choices(cardCategories);

export function addCards(program: Command, cli: Cli): void {
  const cards = program.command('cards').description('pieces of code, issues, pages and notes that are kept for later');
  addList(cards, cli);
  addShow(cards, cli);
  addAdd(cards, cli);
  addEdit(cards, cli);
  addMove(cards, cli);
  addRemove(cards, cli);
  addCardFiles(cards, cli);
  withExamples(
    cards,
    'yudai cards',
    'yudai cards add src/queue.ts:10-40',
    'yudai cards add src/queue.ts --symbol Queue.push --category requirement',
    'yudai cards add --note "Retries are counted twice" --shared',
    'yudai cards add --page https://example.org/retries',
    'yudai cards show "Retries are counted twice"',
    'yudai cards move crd_… --before crd_…',
    'yudai cards export cards.json && yudai cards import cards.json --project other',
  );
}

function addList(cards: Command, cli: Cli): void {
  withCommonOptions(cards.command('list', { isDefault: true }))
    .description('list them in their order, with what each costs and how it stands to the code')
    .argument('[words...]', 'only those with these words in their title or text')
    .addOption(projectOption())
    .addOption(limitOption(200, 50))
    .addOption(new Option('--source <source>', 'only of this kind').choices(cardSources))
    .addOption(categoryOption())
    .action(
      (
        words: string[],
        options: Named & { limit: number; source?: CardSource; category?: CardCategory },
        command: Command,
      ) =>
        withSession(cli, command, async ({ connection, terminal }) => {
          const project = await chooseProject(connection.client, terminal, options.project);
          const { limit, source, category } = options;
          const query = words.join(' ');
          const filter = {
            ...(query === '' ? {} : { query }),
            ...(source === undefined ? {} : { source }),
            ...(category === undefined ? {} : { category }),
          };
          const data = await connection.client.cards.list(
            { projectId: project.id, limit, ...filter },
            { signal: terminal.signal },
          );
          return { data, text: (style) => formatCards(data, style) };
        }),
    );
}

function addShow(cards: Command, cli: Cli): void {
  withCommonOptions(cards.command('show'))
    .description('one card with all of its text')
    .argument('<card>', 'id or title')
    .addOption(projectOption())
    .action((named: string, options: Named, command: Command) =>
      withSession(cli, command, async (session) => {
        const { id, projectId } = await chooseCard(session, options.project, named);
        const data = await session.connection.client.cards.get({ projectId, id }, { signal: session.terminal.signal });
        return { data, text: (style) => formatCard(data, style) };
      }),
    );
}

function addAdd(cards: Command, cli: Cli): void {
  const add = withCommonOptions(cards.command('add'))
    .description('keep something as a card')
    .argument('[place]', 'a file of the project, or lines of it: src/queue.ts:10-40')
    .addOption(projectOption())
    .option('--title <title>', 'another title than the one it comes with')
    .addOption(categoryOption())
    .option('--shared', 'let everybody in the project see it');
  for (const option of sourceOptions()) add.addOption(option);
  add.action(
    (
      place: string | undefined,
      options: Named & Given & { title?: string; category?: CardCategory; shared?: boolean },
      command: Command,
    ) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const from = await sourceOf(place, options, terminal);
        const project = await chooseProject(connection.client, terminal, options.project);
        const { title, category } = options;
        const data = await connection.client.cards.create(
          {
            projectId: project.id,
            from,
            visibility: options.shared === true ? 'project' : 'private',
            ...(title === undefined ? {} : { title }),
            ...(category === undefined ? {} : { category }),
          },
          { signal: terminal.signal },
        );
        return { data, text: () => `Kept as ${data.id}: ${safeText(data.title)} (${data.tokens} tokens).` };
      }),
  );
}

interface Edit extends Named {
  readonly title?: string;
  readonly category?: CardCategory;
  readonly text?: string;
  readonly shared?: boolean;
  readonly private?: boolean;
  readonly refresh?: boolean;
}

function addEdit(cards: Command, cli: Cli): void {
  withCommonOptions(cards.command('edit'))
    .description('change a card, or read it again from where it came')
    .argument('<card>', 'id or title')
    .addOption(projectOption())
    .option('--title <title>', 'another title')
    .addOption(categoryOption())
    .option('--text <file>', 'another text for a note or an upload, from a file; - reads stdin')
    .addOption(new Option('--shared', 'let everybody in the project see it').conflicts('private'))
    .option('--private', 'let nobody else see it')
    .addOption(
      new Option('--refresh', 'read it again: the code, GitHub or the page of now').conflicts([
        'title',
        'category',
        'text',
        'shared',
        'private',
      ]),
    )
    .action((named: string, options: Edit, command: Command) =>
      withSession(cli, command, async (session) => {
        const { title, category, text } = options;
        const { terminal } = session;
        const visibility = visibilityOf(options);
        const change = {
          ...(title === undefined ? {} : { title }),
          ...(category === undefined ? {} : { category }),
          ...(visibility === undefined ? {} : { visibility }),
          ...(text === undefined ? {} : { content: await textFrom(text, terminal) }),
        };
        if (options.refresh !== true && Object.keys(change).length === 0) {
          throw new CliError(
            'bad_request',
            'Say what to change: --title, --category, --text, --shared, --private or --refresh.',
          );
        }
        const { id, projectId } = await chooseCard(session, options.project, named);
        const { cards: door } = session.connection.client;
        const { signal } = terminal;
        const data = await (options.refresh === true
          ? door.refresh({ projectId, id }, { signal })
          : door.update({ projectId, id, ...change }, { signal }));
        return { data, text: () => `${safeText(data.title)} is up to date (${data.tokens} tokens).` };
      }),
    );
}

function visibilityOf(options: Edit): CardVisibility | undefined {
  if (options.shared === true) return 'project';
  return options.private === true ? 'private' : undefined;
}

function addMove(cards: Command, cli: Cli): void {
  withCommonOptions(cards.command('move'))
    .description('put a card elsewhere in the order')
    .argument('<card>', 'id or title')
    .addOption(projectOption())
    .option('--before <card>', 'right before this one (default: last of all)')
    .action((named: string, options: Named & { before?: string }, command: Command) =>
      withSession(cli, command, async (session) => {
        const { id, projectId } = await chooseCard(session, options.project, named);
        const before = options.before === undefined ? null : await chooseCard(session, options.project, options.before);
        const data = await session.connection.client.cards.move(
          { projectId, id, before: before?.id ?? null },
          { signal: session.terminal.signal },
        );
        const place = before === null ? 'last' : `before ${before.title}`;
        return { data, text: () => safeText(`${data.title} stands ${place} now.`) };
      }),
    );
}

function addRemove(cards: Command, cli: Cli): void {
  withCommonOptions(cards.command('remove'))
    .description('take a card away; for a day it can be put back')
    .argument('<card>', 'id or title')
    .addOption(projectOption())
    .action((named: string, options: Named, command: Command) =>
      withSession(cli, command, async (session) => {
        const { id, projectId, title } = await chooseCard(session, options.project, named);
        const data = await session.connection.client.cards.remove(
          { projectId, id },
          { signal: session.terminal.signal },
        );
        return { data, text: () => safeText(`${title} is removed. \`yudai cards restore ${id}\` puts it back.`) };
      }),
    );

  withCommonOptions(cards.command('restore'))
    .description('put a card back that was taken away')
    .argument('<id>', 'its id')
    .addOption(projectOption())
    .action((named: string, options: Named, command: Command) =>
      withSession(cli, command, async (session) => {
        const { terminal, connection } = session;
        const project = await chooseProject(connection.client, terminal, options.project);
        const id = requireCardId(named);
        const data = await connection.client.cards.restore({ projectId: project.id, id }, { signal: terminal.signal });
        return { data, text: () => safeText(`${data.title} is back.`) };
      }),
    );
}
