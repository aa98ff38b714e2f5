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
 * in its place, `gone` no file. Null for cards that are pinned to no file.
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
  /** `project`: all members of the project see it; `private`: its owner alone. */
  visibility: z.enum(['private', 'project']),
  /** The session in which it was made; null when that is gone or there was none. */
  sessionId: idSchema('session').nullable(),
  title: z.string(),
  source: cardSource,
  category: cardCategory,
  anchor: cardAnchor.nullable(),
  staleness: cardStaleness.nullable(),
  /** Tokens (o200k_base) of the content. */
  tokens: z.number().int(),
  /** `path:start-end@blob`, for cards of files. */
  cite: z.string().nullable(),
  /** The first 200 characters of the content. */
  excerpt: z.string(),
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

/** Cards as a file: what is needed to make them again elsewhere. */
export const cardsExport = z.strictObject({
  format: z.literal('yudai-cards'),
  version: z.literal(1),
  cards: z
    .array(
      z.strictObject({
        title,
        content,
        source: cardSource,
        category: cardCategory,
        anchor: cardAnchor.nullable(),
      }),
    )
    .max(500),
});
export type CardsExport = z.infer<typeof cardsExport>;

const ofProject = { projectId: idSchema('project') };
const ofCard = { ...ofProject, id: idSchema('card') };
const tags = ['cards'];
const at = '/v1/projects/{projectId}/cards';

export const cardsContract = {
  list: projectProcedure('cards.read')
    .route({ method: 'GET', path: at, summary: 'The cards of a project that the person sees, in their order', tags })
    .input(
      z.strictObject({
        ...ofProject,
        ...pageRequest(200, 100),
        query: z.string().max(200).optional(),
        source: cardSource.optional(),
        category: cardCategory.optional(),
      }),
    )
    .output(pageOf(cardHead)),
  get: projectProcedure('cards.read')
    .route({ method: 'GET', path: `${at}/{id}`, summary: 'One card with its content', tags })
    .input(z.strictObject(ofCard))
    .output(card),
  create: projectProcedure('cards.write')
    .route({ method: 'POST', path: at, summary: 'Keep something as a card', tags, successStatus: 201 })
    .input(
      z.strictObject({
        ...ofProject,
        from: newCard,
        title: title.optional(),
        category: cardCategory.optional(),
        visibility: z.enum(['private', 'project']).default('private'),
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
        visibility: z.enum(['private', 'project']).optional(),
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
    .route({ method: 'DELETE', path: `${at}/{id}`, summary: 'Delete a card', tags })
    .input(z.strictObject(ofCard))
    .output(z.object({ removed: z.boolean() })),
  export: projectProcedure('cards.read')
    .route({ method: 'GET', path: `/v1/projects/{projectId}/cards.json`, summary: 'The cards as a file', tags })
    .input(z.strictObject(ofProject))
    .output(cardsExport),
  import: projectProcedure('cards.write')
    .route({ method: 'POST', path: `${at}/import`, summary: 'Add the cards of a file', tags })
    .input(z.strictObject({ ...ofProject, file: cardsExport }))
    .output(z.object({ added: z.number().int() })),
};
