import {
  type AuditAction,
  auditActions,
  type AuditEntry,
  type AuditRecord,
  type AuditVerification,
  type Id,
  idSchema,
} from '@yudai/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { chooseProject } from '#connection/choose-project.ts';
import { CliError, exitCodes } from '#exit-codes.ts';
import { limitOption, projectOption, withCommonOptions, withExamples } from '#options.ts';
import type { Answer } from '#output/answer.ts';
import { formatAmount, formatCount, formatTime } from '#output/numbers.ts';
import { safeText } from '#output/safe-text.ts';
import type { Style } from '#output/style.ts';
import { formatTable } from '#output/table.ts';
import { type Cli, type Session, withSession } from '#run-command.ts';

interface FilterOptions {
  readonly action?: AuditAction;
  readonly person?: string;
  readonly project?: string;
  readonly from?: string;
  readonly to?: string;
}

interface Anchor {
  readonly seq: number;
  readonly hash: string;
}

export function addAudit(program: Command, cli: Cli): void {
  const audit = program.command('audit').description('what was done, by whom and when');

  withFilters(withCommonOptions(audit.command('list', { isDefault: true })))
    .description('list what you may know of, newest first')
    .addOption(limitOption(100, 20))
    .action((options: FilterOptions & { limit: number }, command: Command) =>
      withSession(cli, command, async (session) => {
        const { connection, terminal } = session;
        const filters = await filtersOf(session, options);
        const data = await connection.client.audit.list(
          { ...filters, limit: options.limit },
          { signal: terminal.signal },
        );
        return { data, text: (style) => formatEntries(data.items, data.nextCursor !== null, style) };
      }),
    );

  const verify = withCommonOptions(audit.command('verify'))
    .description('walk the whole chain and say whether it is as it was written (administrators)')
    .option('--anchor <seq:hash>', 'an earlier end of the chain, kept elsewhere', anchorOf)
    .action(({ anchor }: { anchor?: Anchor }, command: Command) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const input = anchor === undefined ? {} : { anchor };
        return verificationAnswer(await connection.client.audit.verify(input, { signal: terminal.signal }));
      }),
    );
  withExamples(
    verify,
    'yudai audit verify',
    'yudai audit verify --json | jq .head',
    'yudai audit verify --anchor 120:9f3c…',
  );

  const download = withFilters(withCommonOptions(audit.command('export')))
    .description('entries with their hashes, newest first, one JSON document a line; is itself written down')
    .action((options: FilterOptions, command: Command) =>
      withSession(cli, command, async (session) => {
        const items = await allRecords(session, await filtersOf(session, options));
        session.terminal.stderr.write(`${formatAmount(items.length, 'entry', 'entries')}\n`);
        return { data: { items }, text: () => items.map((item) => JSON.stringify(item)).join('\n') };
      }),
    );
  withExamples(
    download,
    'yudai audit export > audit.jsonl',
    'yudai audit export --project demo --from 2026-11-01 --json',
  );

  withExamples(audit, 'yudai audit', 'yudai audit list --action role.changed --project demo', 'yudai audit verify');
}

function withFilters(command: Command): Command {
  return command
    .addOption(new Option('-a, --action <action>', 'only this, such as role.changed').choices(auditActions))
    .option('--person <id>', 'only what this person did; `me` is you')
    .addOption(projectOption())
    .option('--from <time>', 'from this moment on: 2026-11-21 or 2026-11-21T10:00Z', momentOf)
    .option('--to <time>', 'before this moment', momentOf);
}

async function filtersOf({ connection, terminal }: Session, options: FilterOptions) {
  const { action, person, project, from, to } = options;
  const { client } = connection;
  return {
    ...(action === undefined ? {} : { action }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(person === undefined
      ? {}
      : {
          actorId: person === 'me' ? (await client.accounts.get({}, { signal: terminal.signal })).id : userId(person),
        }),
    ...(project === undefined ? {} : { projectId: (await chooseProject(client, terminal, project)).id }),
  };
}

function userId(text: string): Id<'user'> {
  const parsed = idSchema('user').safeParse(text);
  if (parsed.success) return parsed.data;
  throw new CliError(
    'bad_request',
    '--person takes `me` or the id of a person, which looks like usr_ and 26 characters.',
  );
}

function momentOf(text: string): string {
  const at = new Date(text);
  if (!Number.isNaN(at.getTime())) return at.toISOString();
  throw new InvalidArgumentError('It must be a date or a time such as 2026-11-21 or 2026-11-21T10:00Z.');
}

function anchorOf(text: string): Anchor {
  const [, seq = '', hash = ''] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (hash !== '') return { seq: Number(seq), hash };
  throw new InvalidArgumentError('It must be the seq and hash of a head, such as 120:9f3c…');
}

async function allRecords(
  { connection, terminal }: Session,
  filters: Awaited<ReturnType<typeof filtersOf>>,
): Promise<AuditRecord[]> {
  const records: AuditRecord[] = [];
  let cursor: string | undefined;
  do {
    const input = { ...filters, ...(cursor === undefined ? {} : { cursor }) };
    const page = await connection.client.audit.export(input, { signal: terminal.signal });
    records.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return records;
}

function formatEntries(entries: readonly AuditEntry[], more: boolean, style: Style): string {
  if (entries.length === 0) return 'Nothing was written down that matches.';
  const rows = entries.map((entry) => [
    style('dim', String(entry.seq)),
    formatTime(entry.at),
    style('bold', entry.action),
    `${safeText(entry.actor.name)}${style('dim', ` (${entry.actor.via})`)}`,
    formatTarget(entry, style),
    style('dim', safeText(JSON.stringify(entry.details)).slice(0, 100)),
  ]);
  return formatTable(rows) + (more ? style('dim', '\nThere are more; --limit shows them.') : '');
}

/** What it was done to, by name where the log knows one; ids follow names, as other commands take only them. */
function formatTarget({ target, projectId, names }: AuditEntry, style: Style): string {
  const named = (kind: string, id: string, name: string | null) =>
    `${kind} ${name === null ? safeText(id) : `${safeText(name)} ${style('dim', safeText(id))}`}`;
  const project = projectId === null ? '' : named('project', projectId, names.project);
  if (target === null) return project;
  return [named(safeText(target.kind), target.id, names.target), project].filter((part) => part !== '').join(' in ');
}

function verificationAnswer(data: AuditVerification): Answer {
  return {
    data,
    text: (style) => {
      const head = style('dim', `Head to keep elsewhere: ${data.head.seq}:${data.head.hash}`);
      if (data.valid)
        return `${style('green', 'As it was written')}: ${formatAmount(data.count, 'entry', 'entries')}.\n${head}`;
      const place = data.brokenSeq === null ? '' : ` at entry ${formatCount(data.brokenSeq)}`;
      return `${style('red', 'Not as it was written')}${place}: ${reasonWords[data.reason ?? 'changed']}\n${head}`;
    },
    exitCode: data.valid ? exitCodes.ok : exitCodes.failed,
  };
}

const reasonWords = {
  changed: 'an entry was changed.',
  missing: 'an entry is missing.',
  unknown: 'an entry is there that nobody wrote.',
  cut: 'the newest entries were cut off.',
  anchor: 'the chain is another one than the anchor belongs to.',
} as const;
