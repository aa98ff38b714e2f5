import { type ChatSession, type Id, idSchema } from '@yudai/contract';
import type { Client } from '@yudai/contract/client';
import { CliError } from '#exit-codes.ts';

interface Place {
  readonly client: Client;
  readonly projectId: Id<'project'>;
  readonly signal: AbortSignal;
}

/**
 * The conversation that is named by its id or its whole title. Throws `not_found` when nothing is called so, `bad_request` when several are.
 */
export async function chooseSession(
  { client, projectId, signal }: Omit<Place, 'projectId'> & { readonly projectId: Id<'project'> | null },
  named: string,
): Promise<ChatSession> {
  const id = idSchema('session').safeParse(named);
  if (id.success) return (await client.chat.get({ id: id.data, limit: 1 }, { signal })).session;
  if (projectId === null) throw new CliError('bad_request', `"${named}" is not the id of a conversation.`);
  const matches: ChatSession[] = [];
  for (const archived of [false, true]) {
    const page = await client.chat.list({ projectId, query: named.slice(0, 200), archived }, { signal });
    matches.push(...page.items.filter(({ title }) => title === named));
  }
  const [match] = matches;
  if (match === undefined)
    throw new CliError('not_found', `There is no conversation "${named}". \`yudai sessions\` lists them.`);
  if (matches.length > 1) {
    const ids = matches.map((session) => session.id).join(', ');
    throw new CliError('bad_request', `Several conversations are called "${named}". Use an id: ${ids}.`);
  }
  return match;
}

/** The conversation in which something was said last. Throws `not_found` when there is none. */
export async function lastSession({ client, projectId, signal }: Place): Promise<ChatSession> {
  // Pinned ones come first, so the last is not always the first of the list.
  const { items } = await client.chat.list({ projectId, limit: 50 }, { signal });
  const [last] = items.toSorted((one, other) => other.lastActivityAt.localeCompare(one.lastActivityAt));
  if (last !== undefined) return last;
  throw new CliError('not_found', 'There is no conversation to go on with. Ask without --continue.');
}
