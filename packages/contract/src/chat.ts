import { z } from 'zod';
import { projectProcedure } from '#access.ts';
import { person } from '#accounts.ts';
import { cardHead } from '#cards.ts';
import { failure } from '#errors.ts';
import { idSchema } from '#ids.ts';
import { job } from '#jobs.ts';
import { pageOf, pageRequest } from '#paging.ts';

const moment = z.iso.datetime();
const sessionTitle = z.string().trim().min(1).max(200);
/** Characters of one message; longer texts are attachments or cards. */
export const messageTextLimit = 50_000;
/** Bytes of one attachment, which is a text file. */
export const attachmentLimit = 100_000;

/** A conversation with DAifu about a project. */
export const chatSession = z.object({
  id: idSchema('session'),
  projectId: idSchema('project'),
  ownerId: idSchema('user'),
  title: z.string(),
  /** The branch that the project followed when it began. */
  ref: z.string().nullable(),
  /** `project`: members see it, and write in it from the role member up; `private`: its owner alone. */
  visibility: z.enum(['private', 'project']),
  pinned: z.boolean(),
  archived: z.boolean(),
  /** Where it was forked from. */
  forkedFrom: z.object({ sessionId: idSchema('session'), messageId: idSchema('message') }).nullable(),
  /** The last message of the branch that is shown. */
  headId: idSchema('message').nullable(),
  messageCount: z.number().int(),
  /** The turn that runs or waits, if any. */
  activeJobId: idSchema('job').nullable(),
  createdAt: moment,
  lastActivityAt: moment,
});
export type ChatSession = z.infer<typeof chatSession>;

/** A place in the code that an answer names, and whether it is there: `stale` is there, but not with this content any more. */
export const citation = z.object({
  /** As it stands in the text: `path:start-end@blob`. */
  text: z.string(),
  path: z.string(),
  startLine: z.number().int(),
  endLine: z.number().int(),
  blob: z.string().nullable(),
  state: z.enum(['verified', 'stale', 'missing']),
});
export type Citation = z.infer<typeof citation>;

/** The read-only tools of a chat turn. */
export const chatTools = ['search', 'read', 'symbols', 'references', 'graph', 'history', 'issues'] as const;
export const chatTool = z.enum(chatTools);
export type ChatTool = z.infer<typeof chatTool>;

/** What a message is made of, in order. */
export const messagePart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('reasoning'), text: z.string() }),
  z.object({
    type: z.literal('tool'),
    callId: z.string(),
    /** As the model called it; one that is not among `chatTools` was refused. */
    tool: z.string(),
    input: z.record(z.string(), z.unknown()),
    state: z.enum(['running', 'done', 'failed']),
    /** One line such as `7 hits in 4 files`. */
    summary: z.string(),
    /** The first 4,000 characters of what the model was given. */
    output: z.string(),
    ms: z.number().int().nullable(),
  }),
  z.object({
    type: z.literal('attachment'),
    attachmentId: idSchema('attachment'),
    name: z.string(),
    bytes: z.number().int(),
    tokens: z.number().int(),
  }),
  /** What Yudai did to the conversation, such as leaving out what no longer fits. */
  z.object({ type: z.literal('notice'), text: z.string() }),
]);
export type MessagePart = z.infer<typeof messagePart>;

export const contextKinds = [
  'map',
  'card',
  'file',
  'attachment',
  'issue',
  'pull_request',
  'commit',
  'history',
] as const;
export const contextItem = z.object({
  kind: z.enum(contextKinds),
  title: z.string(),
  /** `path:start-end@blob`, for code. */
  cite: z.string().nullable(),
  tokens: z.number().int(),
});
export type ContextItem = z.infer<typeof contextItem>;

/** What a turn was given besides the question. */
export const turnContext = z.object({
  items: z.array(contextItem),
  /** What would have come next, and why it did not. */
  leftOut: z.array(contextItem.extend({ reason: z.enum(['budget', 'dropped', 'unavailable']) })),
  tokens: z.number().int(),
  budget: z.number().int(),
  /** The commit that the code was read at; null without an index. */
  commit: z.string().nullable(),
});
export type TurnContext = z.infer<typeof turnContext>;

export const messageStatuses = ['queued', 'streaming', 'complete', 'stopped', 'failed'] as const;
export const messageStatus = z.enum(messageStatuses);
export type MessageStatus = z.infer<typeof messageStatus>;

export const chatMessage = z.object({
  id: idSchema('message'),
  sessionId: idSchema('session'),
  /** The message it answers or follows; null for the first. */
  parentId: idSchema('message').nullable(),
  role: z.enum(['user', 'assistant']),
  /** Who wrote it; null for DAifu and for people who have left. */
  author: person.nullable(),
  status: messageStatus,
  parts: z.array(messagePart),
  citations: z.array(citation),
  context: turnContext.nullable(),
  /** `provider/model` that answered. */
  model: z.string().nullable(),
  usage: z
    .object({
      inputTokens: z.number().int(),
      cachedTokens: z.number().int(),
      outputTokens: z.number().int(),
      /** Micro-dollars; null when the price of the model is not known. */
      costMicros: z.number().int().nullable(),
    })
    .nullable(),
  durationMs: z.number().int().nullable(),
  error: failure.nullable(),
  jobId: idSchema('job').nullable(),
  /** All messages with the same parent, oldest first: the branches at this place, this one among them. */
  siblings: z.array(idSchema('message')),
  createdAt: moment,
});
export type ChatMessage = z.infer<typeof chatMessage>;

/** Counted from what was recorded, never estimated. */
export const chatStatistics = z.object({
  userMessages: z.number().int(),
  assistantMessages: z.number().int(),
  failedTurns: z.number().int(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  /** Micro-dollars of the calls whose price is known. */
  costMicros: z.number().int(),
  /** Calls whose price is not known. */
  unpricedTurns: z.number().int(),
  toolCalls: z.number().int(),
  cards: z.number().int(),
  citedFiles: z.number().int(),
  /** Milliseconds in which turns ran. */
  durationMs: z.number().int(),
});
export type ChatStatistics = z.infer<typeof chatStatistics>;

/** Everything that a screen needs to begin; what happens after `cursor` comes on the topic `session:<id>`. */
export const chatState = z.object({
  session: chatSession,
  /** The newest messages of the branch that is shown, oldest first. */
  messages: z.array(chatMessage),
  /** For `messages`, to read those before; null when these are all. */
  earlier: z.string().nullable(),
  cards: z.array(cardHead),
  /** Paths that no turn is given any more. */
  dropped: z.array(z.string()),
  present: z.array(person),
  statistics: chatStatistics,
  cursor: z.number().int(),
});
export type ChatState = z.infer<typeof chatState>;

/** What happens to messages, on the topic of their session. Applying an event twice is the same as once. */
export const messageEvent = z.discriminatedUnion('action', [
  z.object({ action: z.literal('added'), message: chatMessage }),
  z.object({ action: z.literal('updated'), message: chatMessage }),
  /** The part from the character `offset` on is this text. A part that is not there yet begins with it. */
  z.object({
    action: z.literal('delta'),
    messageId: idSchema('message'),
    part: z.number().int(),
    kind: z.enum(['text', 'reasoning']),
    offset: z.number().int(),
    text: z.string(),
  }),
  /** The part at this place is this one. */
  z.object({ action: z.literal('part'), messageId: idSchema('message'), part: z.number().int(), value: messagePart }),
  /** Only this many parts count: what followed is written again. */
  z.object({ action: z.literal('reset'), messageId: idSchema('message'), parts: z.number().int() }),
  z.object({ action: z.literal('removed'), messageId: idSchema('message') }),
]);
export type MessageEvent = z.infer<typeof messageEvent>;

/** What DAifu and, later, the other agents are doing in a session. */
export const agentStatus = z.object({
  sessionId: idSchema('session'),
  agent: z.enum(['daifu', 'architect', 'coder', 'tester']),
  status: z.enum(['idle', 'processing', 'completed', 'error']),
  task: z.string().nullable(),
  progress: z.number().int().min(0).max(100),
  startedAt: moment.nullable(),
  finishedAt: moment.nullable(),
  error: failure.nullable(),
  jobId: idSchema('job').nullable(),
});
export type AgentStatus = z.infer<typeof agentStatus>;

/** A conversation as a file. What it says of models, costs and citations is not taken over when it is read back. */
export const chatExport = z.strictObject({
  format: z.literal('yudai-chat'),
  version: z.literal(1),
  title: sessionTitle,
  messages: z
    .array(
      z.strictObject({
        role: z.enum(['user', 'assistant']),
        /** Its place in `messages` that this one follows; null for a first one. Always an earlier one. */
        parent: z.number().int().min(0).nullable(),
        author: z.string().max(200).nullable(),
        text: z.string().max(200_000),
        createdAt: moment,
      }),
    )
    .max(10_000),
  /** The place of the last message of the branch that is shown. */
  head: z.number().int().min(0).nullable(),
});
export type ChatExport = z.infer<typeof chatExport>;

const ofProject = { projectId: idSchema('project') };
const ofSession = { id: idSchema('session') };
const tags = ['chat'];
const at = '/v1/sessions/{id}';
/** A message was written down and its answer is on its way. */
const turnStarted = z.object({ message: chatMessage, answer: chatMessage.nullable(), job: job.nullable() });
/** `provider/model` among those configured for the role chat; the first of them unless told. */
const model = z.string().min(3).max(200).optional();

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
    .route({ method: 'GET', path: `${at}/export`, summary: 'The conversation as a file', tags })
    .input(z.strictObject({ ...ofSession, format: z.enum(['markdown', 'json']).default('json') }))
    .output(z.object({ name: z.string(), text: z.string() })),
  import: projectProcedure('chat.write')
    .route({
      method: 'POST',
      path: '/v1/projects/{projectId}/sessions/import',
      summary: 'Read a conversation back from its file',
      tags,
      successStatus: 201,
    })
    .input(z.strictObject({ ...ofProject, file: chatExport }))
    .output(chatSession),
};
