import { packFormats } from '@yudai/contract';
import { type Command, Option } from 'commander';
import { queryOf } from '#commands/search.ts';
import { saveFile } from '#commands/save-file.ts';
import { chooseProject } from '#connection/choose-project.ts';
import { projectOption, wholeNumber, withCommonOptions, withExamples } from '#options.ts';
import { formatAmount, formatCount } from '#output/numbers.ts';
import { type Cli, withSession } from '#run-command.ts';

interface PackOptions {
  readonly project?: string;
  readonly budget: number;
  readonly format: (typeof packFormats)[number];
  readonly file?: string;
  readonly path: readonly string[];
  readonly output?: string;
}

export function addPack(program: Command, cli: Cli): void {
  const pack = withCommonOptions(program.command('pack'))
    .description('the best context for a question under a token budget; without a question, a digest of the repository')
    .argument('[query...]', 'what the context is for')
    .addOption(projectOption())
    .option('-b, --budget <tokens>', 'at most so many tokens (200–1,000,000)', wholeNumber(200, 1_000_000), 16_000)
    .addOption(new Option('--format <format>', 'form of the text').choices(packFormats).default('markdown'))
    .option('-f, --file <file>', 'take the question from a file; - reads stdin')
    .option(
      '--path <path>',
      'a file that must be in it; may be repeated',
      (path: string, all: string[]) => [...all, path],
      [],
    )
    .option('-o, --output <file>', 'write the text to a file')
    .action((words: string[], options: PackOptions, command: Command) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const asks = words.length > 0 || options.file !== undefined;
        const query = asks ? await queryOf(words, options.file, terminal) : '';
        const { id: projectId } = await chooseProject(connection.client, terminal, options.project);
        const data = await connection.client.codebase.pack(
          { projectId, query, budget: options.budget, format: options.format, paths: [...options.path] },
          { signal: terminal.signal },
        );
        const left = data.leftOut.length === 0 ? '' : `, ${formatAmount(data.leftOut.length, 'file')} left out`;
        const summary = `${formatAmount(data.items.length, 'piece')}, ${formatCount(data.tokens)} of ${formatCount(data.budget)} tokens${left}`;
        if (options.output === undefined) {
          terminal.stderr.write(`${summary}\n`);
          return { data, text: () => data.text };
        }
        await saveFile(terminal, options.output, data.text);
        return { data, text: () => `${summary}; written to ${options.output}` };
      }),
    );
  withExamples(
    pack,
    'yudai pack > digest.md',
    'yudai pack how are jobs cancelled --budget 8000',
    'yudai pack --file issue.md --format xml -o context.xml',
  );
}
