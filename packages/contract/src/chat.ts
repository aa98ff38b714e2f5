import { z } from 'zod';
import { person } from '#accounts.ts';
import { cardHead } from '#cards.ts';
import { failure } from '#errors.ts';
import { idSchema } from '#ids.ts';

const moment = z.iso.datetime();
export const sessionTitle = z.string().trim().min(1).max(200);
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
  'memory',
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

/** Messages of one file. */
const importedMessages = 10_000;
/** What may be read back at once: bytes of the request, and keys for as many messages as a file may have. */
export const chatImportLimit = { bytes: 10 * 1024 * 1024, keys: 5 * importedMessages + 100 };

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
    .max(importedMessages),
  /** The place of the last message of the branch that is shown. */
  head: z.number().int().min(0).nullable(),
});
export type ChatExport = z.infer<typeof chatExport>;
