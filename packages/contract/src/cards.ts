import { z } from 'zod';
import { projectProcedure } from '#access.ts';
import { idSchema } from '#ids.ts';
import { pageOf, pageRequest } from '#paging.ts';

/** Where a card's content comes from; the one vocabulary for the database, the API and the screens. */
export const cardSources = [
  'file',
  'symbol',
  'message',
  'issue',
  'pull_request',
  'commit',
  'upload',
  'url',
  'note',
] as const;
export const cardSource = z.enum(cardSources);
export type CardSource = z.infer<typeof cardSource>;

/** What a card is good for, as the person says. */
export const cardCategories = ['code', 'requirement', 'decision', 'question', 'reference', 'other'] as const;
export const cardCategory = z.enum(cardCategories);
export type CardCategory = z.infer<typeof cardCategory>;

/** `private`: its owner alone sees it; `project`: all members of the project. */
export const cardVisibility = z.enum(['private', 'project']);
export type CardVisibility = z.infer<typeof cardVisibility>;

/** Characters that the content of a card may have. */
export const cardContentLimit = 200_000;
const title = z.string().trim().min(1).max(200);
const content = z.string().max(cardContentLimit);
const path = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\0]*$/);
const line = z.number().int().min(1);

/** What a card is pinned to. A file's lines count from 1, both ends included, and belong to exactly this blob. */
export const cardAnchor = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('file'),
    path: z.string(),
    blob: z.string(),
    commit: z.string(),
    startLine: z.number().int(),
    endLine: z.number().int(),
    /** Dotted name of the definition, when the card is one. */
    symbol: z.string().nullable(),
    /** Whether the card is all of the file, however long that gets. */
    whole: z.boolean(),
  }),
  z.object({ kind: z.literal('message'), messageId: idSchema('message') }),
  z.object({ kind: z.literal('issue'), repository: z.string(), number: z.number().int() }),
  z.object({ kind: z.literal('pull_request'), repository: z.string(), number: z.number().int() }),
  z.object({ kind: z.literal('commit'), sha: z.string() }),
  z.object({ kind: z.literal('url'), url: z.string() }),
]);
export type CardAnchor = z.infer<typeof cardAnchor>;

/**
 * How the card stands to the code of now: `moved` is the same text on other lines or in another file of the same blob, `changed` another text
 * in its place (with the place when a definition or the whole file is meant), `gone` no file. Null for cards that are pinned to no file, and
 * while nothing is indexed.
 */
export const cardStaleness = z.object({
  state: z.enum(['current', 'moved', 'changed', 'gone']),
  /** Where the text is now, when it was found. */
  path: z.string().nullable(),
  startLine: z.number().int().nullable(),
  endLine: z.number().int().nullable(),
});
export type CardStaleness = z.infer<typeof cardStaleness>;

/** A card without its content, for lists and the feed. */
export const cardHead = z.object({
  id: idSchema('card'),
  projectId: idSchema('project'),
  ownerId: idSchema('user'),
  visibility: cardVisibility,
  /** The session in which it was made; null when that is gone or there was none. */
  sessionId: idSchema('session').nullable(),
  title: z.string(),
  source: cardSource,
  category: cardCategory,
  anchor: cardAnchor.nullable(),
  staleness: cardStaleness.nullable(),
  /** Tokens (o200k_base) of the content. */
  tokens: z.number().int(),
  /** `path:start-end@blob` (the first 12 characters), for cards of files: where the text is now or, where it is nowhere, was. */
  cite: z.string().nullable(),
  /** The first 200 characters of the content. */
  excerpt: z.string(),
  /** When the content was read from where it comes; older than the card when GitHub was away. Null for what people wrote or brought. */
  readAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type CardHead = z.infer<typeof cardHead>;

export const card = cardHead.extend({ content: z.string() });
export type Card = z.infer<typeof card>;

/** What a new card is made from; for all but notes and uploads Yudai reads the content itself. */
export const newCard = z.discriminatedUnion('source', [
  z
    .strictObject({
      source: z.literal('file'),
      path,
      startLine: line.optional(),
      endLine: line.optional(),
    })
    .refine(({ startLine, endLine }) => (startLine ?? 1) <= (endLine ?? Infinity), 'the end is before the start'),
  z.strictObject({ source: z.literal('symbol'), path, symbol: z.string().min(1).max(400) }),
  z.strictObject({ source: z.literal('message'), messageId: idSchema('message') }),
  z.strictObject({ source: z.literal('issue'), number: line }),
  z.strictObject({ source: z.literal('pull_request'), number: line }),
  z.strictObject({ source: z.literal('commit'), sha: z.string().regex(/^[0-9a-f]{7,40}$/) }),
  z.strictObject({ source: z.literal('url'), url: z.url({ protocol: /^https?$/ }).max(2048) }),
  z.strictObject({ source: z.literal('upload'), name: title, content: content.min(1) }),
  z.strictObject({ source: z.literal('note'), content: content.min(1) }),
]);
export type NewCard = z.infer<typeof newCard>;

/** A card as a file holds it: what is needed to make it again elsewhere. */
const portableCard = z.strictObject({
  title,
  content,
  source: cardSource,
  category: cardCategory,
  anchor: cardAnchor.nullable(),
});
export type PortableCard = z.infer<typeof portableCard>;

/** How many cards one request brings; a longer file is brought in pieces (`piecesOf`). */
export const mostImported = 100;
const head = { format: z.literal('yudai-cards'), version: z.literal(1) };

/** Cards as a file. */
export const cardsFile = z.strictObject({ ...head, cards: z.array(portableCard).max(10_000) });
export type CardsFile = z.infer<typeof cardsFile>;

/** The cards of a file in pieces that one request carries each, in order. */
export function piecesOf(file: CardsFile): CardsFile[] {
  const pieces: PortableCard[][] = [];
  let characters = 0;
  for (const portable of file.cards) {
    const last = pieces.at(-1);
    characters += portable.content.length;
    if (last !== undefined && last.length < mostImported && characters <= cardContentLimit) last.push(portable);
    else {
      pieces.push([portable]);
      characters = portable.content.length;
    }
  }
  return pieces.map((cards) => ({ format: file.format, version: file.version, cards }));
}

const ofProject = { projectId: idSchema('project') };
const ofCard = { ...ofProject, id: idSchema('card') };
const tags = ['cards'];
const at = '/v1/projects/{projectId}/cards';

export const cardsContract = {
  list: projectProcedure('cards.read')
    .route({ method: 'GET', path: at, summary: 'The cards of a project that the person sees, in their order', tags })
    .meta({
      tool: {
        name: 'list_cards',
        description:
          'Context cards: pieces of code, requirements, decisions and notes that people kept for this project.',
      },
    })
    .input(
      z.strictObject({
        ...ofProject,
        ...pageRequest(200, 100),
        query: z.string().max(200).optional(),
        source: cardSource.optional(),
        category: cardCategory.optional(),
      }),
    )
    .output(
      pageOf(cardHead).extend({
        /** Of all that the filters let through, not of this page alone. */
        total: z.object({ cards: z.number().int(), tokens: z.number().int() }),
      }),
    ),
  get: projectProcedure('cards.read')
    .route({ method: 'GET', path: `${at}/{id}`, summary: 'One card with its content', tags })
    .meta({ tool: { name: 'get_card', description: 'One context card with all of its text.' } })
    .input(z.strictObject(ofCard))
    .output(card),
  create: projectProcedure('cards.write')
    .route({ method: 'POST', path: at, summary: 'Keep something as a card', tags, successStatus: 201 })
    .meta({
      tool: {
        name: 'add_card',
        description:
          'Keep something as a context card: lines of a file, a definition, a note, an issue, a commit or a page. Only when asked to.',
      },
    })
    .input(
      z.strictObject({
        ...ofProject,
        from: newCard,
        title: title.optional(),
        category: cardCategory.optional(),
        visibility: cardVisibility.default('private'),
        sessionId: idSchema('session').optional(),
      }),
    )
    .output(card),
  update: projectProcedure('cards.write')
    .route({
      method: 'PATCH',
      path: `${at}/{id}`,
      summary: 'Change a card; the content of notes and uploads too',
      tags,
    })
    .input(
      z.strictObject({
        ...ofCard,
        title: title.optional(),
        content: content.min(1).optional(),
        category: cardCategory.optional(),
        visibility: cardVisibility.optional(),
      }),
    )
    .output(card),
  move: projectProcedure('cards.write')
    .route({ method: 'POST', path: `${at}/{id}/move`, summary: 'Put a card before another, or last', tags })
    .input(z.strictObject({ ...ofCard, before: idSchema('card').nullable() }))
    .output(cardHead),
  refresh: projectProcedure('cards.write')
    .route({
      method: 'POST',
      path: `${at}/{id}/refresh`,
      summary: 'Read the content again from where it came: the code, GitHub or the address of now',
      tags,
    })
    .input(z.strictObject(ofCard))
    .output(card),
  remove: projectProcedure('cards.write')
    .route({ method: 'DELETE', path: `${at}/{id}`, summary: 'Take a card away, for a day', tags })
    .input(z.strictObject(ofCard))
    .output(z.object({ removed: z.boolean() })),
  restore: projectProcedure('cards.write')
    .route({ method: 'POST', path: `${at}/{id}/restore`, summary: 'Put a card back that was taken away', tags })
    .input(z.strictObject(ofCard))
    .output(cardHead),
  export: projectProcedure('cards.read')
    .route({
      method: 'GET',
      path: `/v1/projects/{projectId}/cards.json`,
      summary: 'The cards as a file, in pages',
      tags,
    })
    .input(z.strictObject({ ...ofProject, ...pageRequest(mostImported) }))
    .output(cardsFile.extend({ nextCursor: z.string().nullable() })),
  import: projectProcedure('cards.write')
    .route({ method: 'POST', path: `${at}/import`, summary: 'Add the cards of a file', tags })
    .input(
      z.strictObject({
        ...ofProject,
        file: z.strictObject({ ...head, cards: z.array(portableCard).max(mostImported) }),
        visibility: cardVisibility.default('private'),
      }),
    )
    .output(
      z.object({
        added: z.number().int(),
        /** Those whose anchor does not hold here: they are uploads now. */
        unpinned: z.number().int(),
      }),
    ),
};
