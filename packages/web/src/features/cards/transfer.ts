import { cardsFile, piecesOf } from '@yudai/contract';
import type { CardsFile, PortableCard } from '@yudai/contract';
import { client } from '#lib/client.ts';

/** All cards that the person sees, as a file. */
export async function exportCards(projectId: string): Promise<CardsFile> {
  const cards: PortableCard[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof client.cards.export>> = await client.cards.export({
      projectId,
      ...(cursor === null ? {} : { cursor }),
    });
    cards.push(...page.cards);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return { format: 'yudai-cards', version: 1, cards };
}

/** Adds the cards of a file in its order. Throws when it is no file of cards. */
export async function importCards(projectId: string, text: string): Promise<{ added: number; unpinned: number }> {
  const file = cardsFile.safeParse(parse(text));
  if (!file.success) throw new Error('This is not a file of cards from Yudai.');
  const sum = { added: 0, unpinned: 0 };
  for (const piece of piecesOf(file.data)) {
    const { added, unpinned } = await client.cards.import({ projectId, file: piece });
    sum.added += added;
    sum.unpinned += unpinned;
  }
  return sum;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is no file of cards; the caller says so.
    return null;
  }
}
