import { randomBytes } from 'node:crypto';
import { CheckoutError } from '#checkout/checkout-error.ts';
import { readShallow } from '#checkout/fetch-ref.ts';
import { decodePath } from '#checkout/paths.ts';
import { readRecords } from '#checkout/read-records.ts';
import { git } from '#checkout/run-git.ts';

export interface HistoryEntry {
  readonly commit: string;
  /** When it was committed, in seconds since 1970. */
  readonly time: number;
  /** The whole message, cut at 4,000 characters. */
  readonly message: string;
  /** What it changed, by today's names of that time. Empty where history was cut off and the changes are unknown. */
  readonly paths: readonly string[];
}

export interface HistoryOptions {
  /** At most so many commits. */
  readonly commits: number;
  /** At most so many years before the commit itself. */
  readonly years: number;
  readonly signal?: AbortSignal | undefined;
}

const maxMessage = 4000;

/**
 * A commit and its ancestors, newest first, without merges; nothing that came after it. No file contents are needed.
 * Throws `broken_repository`, `cancelled`.
 */
export async function* readHistory(
  gitDir: string,
  commit: string,
  options: HistoryOptions,
): AsyncIterable<HistoryEntry> {
  const { signal } = options;
  const time = await commitTime(gitDir, commit, signal);
  const oldest = Math.max(0, Math.floor(time - options.years * 365.25 * 86_400));
  const shallow = await readShallow(gitDir);
  // A random mark, so that no file name can pass for the start of a commit.
  const mark = `commit ${randomBytes(12).toString('hex')} `;
  const args = [
    'log',
    '-z',
    '--name-only',
    '--no-renames',
    '--no-merges',
    '--no-show-signature',
    '--encoding=UTF-8',
    `--since=@${oldest}`,
    `--max-count=${options.commits}`,
    `--format=tformat:${mark}%H %ct%n%B`,
    '--end-of-options',
    commit,
    '--',
  ];
  let open: HistoryEntry | null = null;
  let paths: string[] = [];
  for await (const record of readRecords({ gitDir, args, signal })) {
    const head: HistoryEntry | null = readHead(record, mark);
    if (head !== null) {
      if (open !== null) yield { ...open, paths: shallow?.has(open.commit) === true ? [] : paths };
      open = head;
      paths = [];
      continue;
    }
    // The first name follows an empty line.
    const name = paths.length === 0 && record[0] === 0x0a ? record.subarray(1) : record;
    if (name.length > 0) paths.push(decodePath(name));
  }
  if (open !== null) yield { ...open, paths: shallow?.has(open.commit) === true ? [] : paths };
}

function readHead(record: Buffer, mark: string): HistoryEntry | null {
  if (record.toString('latin1', 0, mark.length) !== mark) return null;
  const end = record.indexOf(0x0a);
  const [commit = '', time = '0'] = record.toString('latin1', mark.length, end === -1 ? record.length : end).split(' ');
  const message = end === -1 ? '' : record.toString('utf8', end + 1, end + 1 + maxMessage * 4);
  return { commit, time: Number(time), message: message.trim().slice(0, maxMessage), paths: [] };
}

async function commitTime(gitDir: string, commit: string, signal: AbortSignal | undefined): Promise<number> {
  const args = ['show', '--no-patch', '--format=%ct', '--end-of-options', `${commit}^{commit}`, '--'];
  const seconds = Number((await git({ gitDir, signal, args })).toString('utf8').trim());
  if (Number.isSafeInteger(seconds)) return seconds;
  throw new CheckoutError('broken_repository', 'This commit has no date that git can read.');
}
