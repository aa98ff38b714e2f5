import { type CardHead, type Id, idSchema } from '@yudai/contract';
import { chooseProject } from '#connection/choose-project.ts';
import { CliError } from '#exit-codes.ts';
import type { Session } from '#run-command.ts';

const cardId = idSchema('card');

/**
 * The card that is named by its id or its whole title. Throws `not_found` when nothing is called so, `bad_request` when several are.
 */
export async function chooseCard(
  { connection, terminal }: Session,
  projectNamed: string | undefined,
  named: string,
): Promise<Pick<CardHead, 'id' | 'projectId' | 'title'>> {
  const { client } = connection;
  const { signal } = terminal;
  const project = await chooseProject(client, terminal, projectNamed);
  const id = cardId.safeParse(named);
  if (id.success) return client.cards.get({ projectId: project.id, id: id.data }, { signal });
  const { items } = await client.cards.list(
    { projectId: project.id, query: named.slice(0, 200), limit: 200 },
    { signal },
  );
  const matches = items.filter(({ title }) => title === named);
  const [match] = matches;
  if (match === undefined)
    throw new CliError('not_found', `There is no card "${named}". \`yudai cards\` lists them with their ids.`);
  if (matches.length > 1) {
    const ids = matches.map((card) => card.id).join(', ');
    throw new CliError('bad_request', `Several cards are called "${named}". Use an id: ${ids}.`);
  }
  return match;
}

export function requireCardId(text: string): Id<'card'> {
  const id = cardId.safeParse(text);
  if (id.success) return id.data;
  throw new CliError('bad_request', 'Name the card by its id, such as crd_….');
}
