import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { newCard, type NewCard } from '@yudai/contract';
import { Option } from 'commander';
import { CliError } from '#exit-codes.ts';
import type { Terminal } from '#terminal.ts';

/** Where a card can come from besides a place in the code; one of them at a time. */
export function sourceOptions(): Option[] {
  return [
    new Option('--symbol <name>', 'a definition in the file, by its dotted name'),
    new Option('--note <text>', 'a note; - reads it from stdin'),
    new Option('--upload <file>', 'a text file of this machine'),
    new Option('--page <address>', 'the text of a public page'),
    new Option('--issue <number>', 'an issue of the project on GitHub'),
    new Option('--pull-request <number>', 'a pull request of the project on GitHub'),
    new Option('--commit <id>', 'a commit of the project'),
  ];
}

export interface Given {
  readonly symbol?: string;
  readonly note?: string;
  readonly upload?: string;
  readonly page?: string;
  readonly issue?: string;
  readonly pullRequest?: string;
  readonly commit?: string;
}

/** What the command line names. Throws `bad_request` for nothing, for several things, and for what cannot be. */
export async function sourceOf(place: string | undefined, options: Given, terminal: Terminal): Promise<NewCard> {
  const { symbol, note, upload, page, issue, pullRequest, commit } = options;
  const named = [place, note, upload, page, issue, pullRequest, commit].filter((value) => value !== undefined);
  if (named.length !== 1 || (symbol !== undefined && place === undefined)) {
    throw new CliError(
      'bad_request',
      'Name one thing to keep: a file (with lines or --symbol), --note, --upload, --page, --issue, --pull-request or --commit.',
    );
  }
  const parsed = newCard.safeParse(await inputOf(place, options, terminal));
  if (parsed.success) return parsed.data;
  const [issueOf] = parsed.error.issues;
  throw new CliError('bad_request', `That cannot be kept: ${issueOf?.message ?? 'it is not valid'}.`);
}

async function inputOf(place: string | undefined, options: Given, terminal: Terminal): Promise<unknown> {
  const { symbol, note, upload, page, issue, pullRequest, commit } = options;
  if (place !== undefined) {
    if (symbol !== undefined) return { source: 'symbol', path: place, symbol };
    const [, path = place, start, end = start] = /^(.+):(\d+)(?:-(\d+))?$/.exec(place) ?? [];
    return start === undefined
      ? { source: 'file', path }
      : { source: 'file', path, startLine: Number(start), endLine: Number(end) };
  }
  if (note !== undefined) return { source: 'note', content: note === '-' ? await textFrom('-', terminal) : note };
  if (upload !== undefined) {
    return { source: 'upload', name: basename(upload), content: await textFrom(upload, terminal) };
  }
  if (page !== undefined) return { source: 'url', url: page };
  if (issue !== undefined) return { source: 'issue', number: Number(issue) };
  if (pullRequest !== undefined) return { source: 'pull_request', number: Number(pullRequest) };
  return { source: 'commit', sha: commit };
}

/** The text of a file, or of stdin for `-`. Throws `not_found`, and `bad_request` for what is not text. */
export async function textFrom(file: string, { cwd, stdin }: Terminal): Promise<string> {
  if (file === '-') return readAll(stdin);
  const bytes = await readFile(resolve(cwd, file)).catch((error: unknown) => {
    throw new CliError('not_found', `The file ${file} cannot be read.`, { cause: error });
  });
  if (bytes.includes(0)) throw new CliError('bad_request', `The file ${file} is not text.`);
  return bytes.toString('utf8');
}
