import { cardsFile, type CardsFile, piecesOf, type PortableCard } from '@yudai/contract';
import type { Client } from '@yudai/contract/client';
import type { Command } from 'commander';
import { textFrom } from '#commands/card-sources.ts';
import { saveFile } from '#commands/save-file.ts';
import { chooseProject } from '#connection/choose-project.ts';
import { CliError } from '#exit-codes.ts';
import { projectOption, withCommonOptions } from '#options.ts';
import { type Cli, withSession } from '#run-command.ts';

/** Cards out of a project into a file, and from a file into a project. */
export function addCardFiles(cards: Command, cli: Cli): void {
  withCommonOptions(cards.command('export'))
    .description('all cards that you see, as a file')
    .argument('[file]', 'where to write it (default: stdout)')
    .addOption(projectOption())
    .action((file: string | undefined, options: { project?: string }, command: Command) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const { id } = await chooseProject(connection.client, terminal, options.project);
        const exported = await exportAll(connection.client, id, terminal.signal);
        const json = JSON.stringify(exported, null, 2);
        if (file === undefined) return { data: exported, text: () => json };
        await saveFile(terminal, file, `${json}\n`);
        const count = exported.cards.length;
        return { data: { file, cards: count }, text: () => `${count} cards are in ${file}.` };
      }),
    );

  withCommonOptions(cards.command('import'))
    .description('add the cards of a file; places in the code are looked up, never believed')
    .argument('<file>', 'a file of cards; - reads stdin')
    .addOption(projectOption())
    .option('--shared', 'let everybody in the project see them')
    .action((file: string, options: { project?: string; shared?: boolean }, command: Command) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const parsed = parseFile(await textFrom(file, terminal));
        const { id } = await chooseProject(connection.client, terminal, options.project);
        const visibility = options.shared === true ? 'project' : 'private';
        const data = { added: 0, unpinned: 0 };
        for (const piece of piecesOf(parsed)) {
          const { added, unpinned } = await connection.client.cards.import(
            { projectId: id, file: piece, visibility },
            { signal: terminal.signal },
          );
          data.added += added;
          data.unpinned += unpinned;
        }
        return { data, text: () => `${data.added} cards are added; ${data.unpinned} were found nowhere in the code.` };
      }),
    );
}

async function exportAll(client: Client, projectId: string, signal: AbortSignal): Promise<CardsFile> {
  const cards: PortableCard[] = [];
  let cursor: string | undefined;
  do {
    const page: Awaited<ReturnType<Client['cards']['export']>> = await client.cards.export(
      { projectId, ...(cursor === undefined ? {} : { cursor }) },
      { signal },
    );
    cards.push(...page.cards);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return { format: 'yudai-cards', version: 1, cards };
}

function parseFile(text: string): CardsFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CliError('bad_request', 'This is not a file of cards: it is no JSON.', { cause: error });
  }
  const parsed = cardsFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const [problem] = parsed.error.issues;
  throw new CliError(
    'bad_request',
    `This is not a file of cards: ${problem?.path.join('.') ?? ''} ${problem?.message ?? ''}.`,
  );
}
