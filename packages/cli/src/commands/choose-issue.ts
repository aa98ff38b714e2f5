import { type Id, idSchema, type Issue } from '@yudai/contract';
import { chooseProject } from '#connection/choose-project.ts';
import { CliError } from '#exit-codes.ts';
import type { Session } from '#run-command.ts';

/** The issue that is named by its id, its number on GitHub or its whole title. Throws `not_found`, or `bad_request` when several are called so. */
export async function chooseIssue(
  { connection, terminal }: Session,
  projectNamed: string | undefined,
  named: string,
): Promise<Issue> {
  const { client } = connection;
  const { signal } = terminal;
  const project = await chooseProject(client, terminal, projectNamed);
  const projectId = project.id;
  const id = idSchema('issue').safeParse(named);
  if (id.success) return client.issues.get({ projectId, id: id.data }, { signal });
  const { items } = await client.issues.list({ projectId, query: named.slice(0, 200), limit: 100 }, { signal });
  const number = /^#?(\d+)$/.exec(named)?.[1];
  const matches = items.filter(({ title, github }) => title === named || String(github?.number ?? '') === number);
  const [match] = matches;
  if (match === undefined)
    throw new CliError('not_found', `There is no issue "${named}". \`yudai issue list\` shows them with their ids.`);
  if (matches.length > 1) {
    throw new CliError(
      'bad_request',
      `Several issues are called so. Use an id: ${matches.map((it) => it.id).join(', ')}.`,
    );
  }
  return client.issues.get({ projectId, id: match.id }, { signal });
}

export function requireId<K extends 'idea' | 'session' | 'message' | 'card'>(kind: K, text: string): Id<K> {
  const id = idSchema(kind).safeParse(text);
  if (id.success) return id.data;
  throw new CliError('bad_request', `"${text}" is not the id of a ${kind}.`);
}
