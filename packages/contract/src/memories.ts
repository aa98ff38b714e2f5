import { z } from 'zod';
import { person } from '#accounts.ts';
import { idSchema } from '#ids.ts';

/** What is kept in mind: something that is so, something that was decided, or a passage worth keeping. */
export const memoryKinds = ['fact', 'decision', 'highlight'] as const;
export const memoryKind = z.enum(memoryKinds);
export type MemoryKind = z.infer<typeof memoryKind>;

export const memoryText = z.string().trim().min(1).max(1000);

/** How many a conversation keeps. */
export const mostMemories = 100;

/** Something that every turn of a conversation is given, however long ago it was said. */
export const memory = z.object({
  id: idSchema('memory'),
  sessionId: idSchema('session'),
  kind: memoryKind,
  text: z.string(),
  /** Tokens (o200k_base) that it takes of every turn. */
  tokens: z.number().int(),
  /** The message that it is from, while that is there. */
  messageId: idSchema('message').nullable(),
  /** A person wrote it down, or DAifu did as it summed the conversation up. */
  origin: z.enum(['person', 'daifu']),
  /** The person, while they are known. */
  author: person.nullable(),
  createdAt: z.iso.datetime(),
});
export type Memory = z.infer<typeof memory>;
