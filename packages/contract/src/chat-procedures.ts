import { z } from 'zod';
import { projectProcedure } from '#access.ts';
import { person } from '#accounts.ts';
import { cardHead } from '#cards.ts';
import {
  attachmentLimit,
  chatExport,
  chatImportLimit,
  chatMessage,
  chatSession,
  chatState,
  chatStatistics,
  messageTextLimit,
  sessionTitle,
  turnContext,
} from '#chat.ts';
import { idSchema } from '#ids.ts';
import { job } from '#jobs.ts';
import { modelName } from '#models.ts';
import { pageOf, pageRequest } from '#paging.ts';

const ofProject = { projectId: idSchema('project') };
const ofSession = { id: idSchema('session') };
const tags = ['chat'];
const at = '/v1/sessions/{id}';
/** A message was written down and its answer is on its way. */
const turnStarted = z.object({ message: chatMessage, answer: chatMessage.nullable(), job: job.nullable() });
/** `provider/model` among those configured for the role chat; the first of them unless told. */
const model = modelName.optional();

export const chatContract = {
  list: projectProcedure('chat.read')
    .route({
      method: 'GET',
      path: '/v1/projects/{projectId}/sessions',
      summary: 'Conversations, pinned and newest first',
      tags,
    })
    .input(
      z.strictObject({
        ...ofProject,
        ...pageRequest(50),
        archived: z.boolean().default(false),
        query: z.string().max(200).optional(),
      }),
    )
    .output(pageOf(chatSession)),
  create: projectProcedure('chat.write')
    .route({
      method: 'POST',
      path: '/v1/projects/{projectId}/sessions',
      summary: 'Begin a conversation',
      tags,
      successStatus: 201,
    })
    .input(
      z.strictObject({
        ...ofProject,
        title: sessionTitle.optional(),
        visibility: z.enum(['private', 'project']).default('private'),
        cardIds: z.array(idSchema('card')).max(100).default([]),
      }),
    )
    .output(chatSession),
  get: projectProcedure('chat.read')
    .route({ method: 'GET', path: at, summary: 'A conversation with its newest messages, cards and statistics', tags })
    .input(z.strictObject({ ...ofSession, limit: z.number().int().min(1).max(1000).default(100) }))
    .output(chatState),
  update: projectProcedure('chat.write')
    .route({ method: 'PATCH', path: at, summary: 'Rename, pin, archive or share a conversation', tags })
    .input(
      z.strictObject({
        ...ofSession,
        title: sessionTitle.optional(),
        pinned: z.boolean().optional(),
        archived: z.boolean().optional(),
        visibility: z.enum(['private', 'project']).optional(),
      }),
    )
    .output(chatSession),
  remove: projectProcedure('chat.write')
    .route({ method: 'DELETE', path: at, summary: 'Delete a conversation; its cards and issues stay', tags })
    .input(z.strictObject(ofSession))
    .output(z.object({ removed: z.boolean() })),
  fork: projectProcedure('chat.write')
    .route({
      method: 'POST',
      path: `${at}/fork`,
      summary: 'Begin another conversation with the messages up to one',
      tags,
      successStatus: 201,
    })
    .input(z.strictObject({ ...ofSession, messageId: idSchema('message') }))
    .output(chatSession),
  messages: projectProcedure('chat.read')
    .route({
      method: 'GET',
      path: `${at}/messages`,
      summary: 'Messages of the branch that is shown, newest first',
      tags,
    })
    .input(z.strictObject({ ...ofSession, ...pageRequest(1000, 100) }))
    .output(pageOf(chatMessage)),
  search: projectProcedure('chat.read')
    .route({
      method: 'GET',
      path: '/v1/projects/{projectId}/messages',
      summary: 'Messages with these words, newest first',
      tags,
    })
    .input(
      z.strictObject({
        ...ofProject,
        ...pageRequest(100, 30),
        query: z.string().trim().min(1).max(200),
        sessionId: idSchema('session').optional(),
        role: z.enum(['user', 'assistant']).optional(),
      }),
    )
    .output(pageOf(z.object({ message: chatMessage, sessionTitle: z.string() }))),
  send: projectProcedure('chat.write')
    .meta({ limit: 'answers' })
    .route({
      method: 'POST',
      path: `${at}/messages`,
      summary: 'Say something; the answer comes on the feed',
      tags,
      successStatus: 202,
    })
    .input(
      z.strictObject({
        ...ofSession,
        text: z
          .string()
          .max(messageTextLimit)
          .refine((text) => text.trim() !== '', 'write something'),
        attachmentIds: z.array(idSchema('attachment')).max(20).default([]),
        model,
        /** While an answer is on its way: wait for it, be read at its next step, or end it and go on with this. */
        mode: z.enum(['queue', 'steer', 'interrupt']).default('queue'),
        /** The message that this one takes the place of, in a branch of its own. */
        instead: idSchema('message').optional(),
      }),
    )
    .output(turnStarted),
  regenerate: projectProcedure('chat.write')
    .meta({ limit: 'answers' })
    .route({
      method: 'POST',
      path: `${at}/regenerate`,
      summary: 'Answer again, in another branch',
      tags,
      successStatus: 202,
    })
    .input(z.strictObject({ ...ofSession, messageId: idSchema('message'), model }))
    .output(turnStarted),
  stop: projectProcedure('chat.write')
    .route({
      method: 'POST',
      path: `${at}/stop`,
      summary: 'End the answer that is on its way; what was said stays',
      tags,
    })
    .input(z.strictObject(ofSession))
    .output(z.object({ stopped: z.boolean() })),
  unqueue: projectProcedure('chat.write')
    .route({
      method: 'DELETE',
      path: `${at}/messages/{messageId}`,
      summary: 'Take back a message that still waits',
      tags,
    })
    .input(z.strictObject({ ...ofSession, messageId: idSchema('message') }))
    .output(z.object({ removed: z.boolean() })),
  showBranch: projectProcedure('chat.write')
    .route({ method: 'POST', path: `${at}/branch`, summary: 'Show the branch that goes through a message', tags })
    .input(z.strictObject({ ...ofSession, messageId: idSchema('message') }))
    .output(chatSession),
  selectCards: projectProcedure('chat.write')
    .route({
      method: 'PUT',
      path: `${at}/cards`,
      summary: 'Choose the cards that every turn is given, in this order',
      tags,
    })
    .input(z.strictObject({ ...ofSession, cardIds: z.array(idSchema('card')).max(100) }))
    .output(z.object({ cards: z.array(cardHead) })),
  drop: projectProcedure('chat.write')
    .route({ method: 'PUT', path: `${at}/dropped`, summary: 'Choose the paths that no turn is given', tags })
    .input(z.strictObject({ ...ofSession, paths: z.array(z.string().min(1).max(4096)).max(200) }))
    .output(z.object({ dropped: z.array(z.string()) })),
  previewContext: projectProcedure('chat.read')
    .route({
      method: 'POST',
      path: `${at}/context`,
      summary: 'What a turn with this text would be given, and its tokens',
      tags,
    })
    .input(z.strictObject({ ...ofSession, text: z.string().max(messageTextLimit) }))
    .output(turnContext),
  compact: projectProcedure('chat.write')
    .meta({ limit: 'answers' })
    .route({
      method: 'POST',
      path: `${at}/compact`,
      summary: 'Sum up the older messages, so that turns cost less',
      tags,
      successStatus: 202,
    })
    .input(z.strictObject(ofSession))
    .output(job),
  attach: projectProcedure('chat.write')
    .route({
      method: 'POST',
      path: `${at}/attachments`,
      summary: 'Upload a text file for the next message',
      tags,
      successStatus: 201,
    })
    .input(
      z.strictObject({
        ...ofSession,
        name: z.string().trim().min(1).max(200),
        text: z.string().min(1).max(attachmentLimit),
      }),
    )
    .output(
      z.object({ id: idSchema('attachment'), name: z.string(), bytes: z.number().int(), tokens: z.number().int() }),
    ),
  attachment: projectProcedure('chat.read')
    .route({ method: 'GET', path: `${at}/attachments/{attachmentId}`, summary: 'The text of an attachment', tags })
    .input(z.strictObject({ ...ofSession, attachmentId: idSchema('attachment') }))
    .output(z.object({ name: z.string(), text: z.string() })),
  attend: projectProcedure('chat.read')
    .route({ method: 'POST', path: `${at}/presence`, summary: 'Say that one is here; counts for a minute', tags })
    .input(z.strictObject({ ...ofSession, here: z.boolean().default(true) }))
    .output(z.object({ present: z.array(person) })),
  statistics: projectProcedure('chat.read')
    .route({ method: 'GET', path: `${at}/statistics`, summary: 'What the conversation has used', tags })
    .input(z.strictObject(ofSession))
    .output(chatStatistics),
  export: projectProcedure('chat.read')
    .route({ method: 'POST', path: `${at}/export`, summary: 'The conversation as a file; is written down', tags })
    .input(z.strictObject({ ...ofSession, format: z.enum(['markdown', 'json']).default('json') }))
    .output(z.object({ name: z.string(), text: z.string() })),
  import: projectProcedure('chat.write')
    .meta({ body: chatImportLimit })
    .route({
      method: 'POST',
      path: '/v1/projects/{projectId}/sessions/import',
      summary: 'Read a conversation back from its file',
      tags,
      successStatus: 201,
    })
    .input(z.strictObject({ ...ofProject, conversation: chatExport }))
    .output(chatSession),
};
