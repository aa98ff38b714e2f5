import { z } from 'zod';

/** What a caller may say about the page it wants. The cursor is opaque: the `nextCursor` of the page before. */
export const pageRequest = (maximum = 50, standard = maximum) => ({
  cursor: z.string().max(500).optional(),
  limit: z.number().int().min(1).max(maximum).default(standard),
});

/** A page of a list; `nextCursor` is null on the last one. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
