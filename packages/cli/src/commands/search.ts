import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { type SearchMode, searchModes } from '@yudai/contract';
import { type Command, Option } from 'commander';
import { chooseProject } from '#connection/choose-project.ts';
import { CliError } from '#exit-codes.ts';
import { limitOption, projectOption, withCommonOptions, withExamples } from '#options.ts';
import { formatSearch } from '#output/search-result.ts';
import { type Cli, withSession } from '#run-command.ts';
import type { Terminal } from '#terminal.ts';

interface SearchOptions {
  readonly project?: string;
  readonly mode: SearchMode;
  readonly limit: number;
  readonly file?: string;
  readonly path?: string;
  readonly language?: string;
  readonly caseSensitive?: boolean;
  readonly tests?: boolean;
  readonly pathsOnly?: boolean;
}

export function addSearch(program: Command, cli: Cli): void {
  const search = withCommonOptions(program.command('search'))
    .description('from a question or a whole issue text to the files, ranges and symbols that matter')
    .argument('[query...]', 'what to look for; quotes are only needed for what the shell would eat')
    .addOption(projectOption())
    .addOption(new Option('-m, --mode <mode>', 'how to look').choices(searchModes).default('ranked'))
    .addOption(limitOption(100, 10))
    .option('-f, --file <file>', 'take the query from a file, such as an issue; - reads stdin')
    .option('--path <prefix>', 'only below this path of the repository')
    .option('--language <language>', 'only files of this language')
    .option('--case-sensitive', 'tell upper from lower case (text and regex)')
    .option('--tests', 'let test files take part in the ranked answer')
    .option('-l, --paths-only', 'print the paths alone, one a line')
    .action((words: string[], options: SearchOptions, command: Command) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const query = await queryOf(words, options.file, terminal);
        const project = await chooseProject(connection.client, terminal, options.project);
        const { path, language } = options;
        const result = await connection.client.codebase.search(
          {
            projectId: project.id,
            query,
            mode: options.mode,
            limit: options.limit,
            caseSensitive: options.caseSensitive ?? false,
            tests: options.tests ?? false,
            ...(path === undefined ? {} : { path }),
            ...(language === undefined ? {} : { language }),
          },
          { signal: terminal.signal },
        );
        return {
          data: { project: { id: project.id, name: project.name }, ...result },
          text: (style) => formatSearch(result, style, options.pathsOnly === true),
        };
      }),
    );
  withExamples(
    search,
    'yudai search where are retries counted',
    'yudai search --file issue.md --limit 5 --json',
    'gh issue view 12 | yudai search --file -',
    'yudai search --mode regex "retr(y|ies)" --path src/queue',
    'yudai search --mode symbol createQueue --project demo',
  );
}

/** The query from the words of the command line, from a file, or from stdin; both add up. */
export async function queryOf(words: readonly string[], file: string | undefined, terminal: Terminal): Promise<string> {
  const query = [words.join(' '), await textOf(file, terminal)].filter((part) => part.trim() !== '').join('\n\n');
  if (query === '') throw new CliError('bad_request', 'Say what to look for, or take it from a file with --file.');
  return query;
}

async function textOf(file: string | undefined, { cwd, stdin }: Terminal): Promise<string> {
  if (file === undefined) return '';
  if (file === '-') return readAll(stdin);
  try {
    return await readFile(resolve(cwd, file), 'utf8');
  } catch (error) {
    throw new CliError('not_found', `The file ${file} cannot be read.`, { cause: error });
  }
}
