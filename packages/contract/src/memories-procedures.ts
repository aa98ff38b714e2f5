import { z } from 'zod';
import { projectProcedure } from '#access.ts';
import { idSchema } from '#ids.ts';
import { memory, memoryKind, memoryText } from '#memories.ts';

const ofSession = { sessionId: idSchema('session') };
const ofMemory = { ...ofSession, id: idSchema('memory') };
const tags = ['chat'];
const at = '/v1/sessions/{sessionId}/memories';

export const memoriesContract = {
  list: projectProcedure('chat.read')
    .route({ method: 'GET', path: at, summary: 'What every turn of a conversation keeps in mind, oldest first', tags })
    .input(z.strictObject(ofSession))
    .output(z.object({ items: z.array(memory) })),
  add: projectProcedure('chat.write')
    .route({ method: 'POST', path: at, summary: 'Keep something in mind', tags, successStatus: 201 })
    .input(
      z.strictObject({
        ...ofSession,
        kind: memoryKind.default('fact'),
        text: memoryText,
        /** The message of the conversation that it is from. */
        messageId: idSchema('message').optional(),
      }),
    )
    .output(memory),
  update: projectProcedure('chat.write')
    .route({ method: 'PATCH', path: `${at}/{id}`, summary: 'Say it differently', tags })
    .input(z.strictObject({ ...ofMemory, kind: memoryKind.optional(), text: memoryText.optional() }))
    .output(memory),
  remove: projectProcedure('chat.write')
    .route({ method: 'DELETE', path: `${at}/{id}`, summary: 'Forget it', tags })
    .input(z.strictObject(ofMemory))
    .output(z.object({ removed: z.boolean() })),
};
