import { standardSolveSettings } from '@yudai/contract';
import { newId } from '#kernel/ids.ts';

/** One thing of each kind that an operation may speak of. */
export interface Objects {
  readonly projectId: string;
  readonly jobId: string;
  readonly invitationId: string;
  readonly sessionId: string;
  readonly keyId: string;
  readonly userId: string;
  readonly cardId: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly attachmentId: string;
  readonly memoryId: string;
  readonly issueId: string;
  readonly ideaId: string;
  readonly solveId: string;
}

/** Ids of things that do not exist. */
export function nothing(): Objects {
  const now = new Date();
  return {
    projectId: newId('project', now),
    jobId: newId('job', now),
    invitationId: newId('invitation', now),
    sessionId: newId('authSession', now),
    keyId: newId('apiKey', now),
    userId: newId('user', now),
    cardId: newId('card', now),
    conversationId: newId('session', now),
    messageId: newId('message', now),
    attachmentId: newId('attachment', now),
    memoryId: newId('memory', now),
    issueId: newId('issue', now),
    ideaId: newId('idea', now),
    solveId: newId('solve', now),
  };
}

/** Something that fits each field which an operation wants and that is no id. */
const examples: Readonly<Record<string, unknown>> = {
  answers: [{ questionId: 'a', answer: 'x' }],
  approve: false,
  attempt: 1,
  accept: false,
  base: 'main',
  before: null,
  body: 'x',
  branch: 'main',
  cardIds: [],
  category: 'test',
  change: { kind: 'archive', archived: true },
  confirmation: 'no',
  conversation: { format: 'yudai-chat', version: 1, title: 'x', messages: [], head: null },
  delivery: 'x',
  document: { title: 'x' },
  file: { format: 'yudai-cards', version: 1, cards: [] },
  from: { source: 'note', content: 'x' },
  head: 'topic',
  key: 'x',
  keepCurrent: true,
  limitMicros: null,
  limitMs: null,
  name: 'x',
  number: 1,
  owner: 'ada',
  path: 'a.ts',
  paths: [],
  plan: { notes: '', steps: [], criteria: [], testPaths: [] },
  provider: 'openai',
  query: 'x',
  ref: 'main',
  repository: 'none',
  restore: 1,
  role: 'viewer',
  secret: 'x',
  settings: { setUp: null, hosts: [], defaults: standardSolveSettings, label: null, followUps: true },
  sha: 'a'.repeat(40),
  source: { kind: 'git', url: 'https://10.0.0.1/a/b' },
  text: 'x',
  title: 'x',
  token: 'x',
  userCode: 'NONE1234',
  username: 'nobody-there',
  version: 1,
};

/** What a request of the matrix says in this field. Throws for one that has no example yet. */
export function valueOf(name: string, pattern: string, objects: Objects): unknown {
  if (pattern.startsWith('^prj')) return objects.projectId;
  if (pattern.startsWith('^job')) return objects.jobId;
  if (pattern.startsWith('^inv')) return objects.invitationId;
  if (pattern.startsWith('^aus')) return objects.sessionId;
  if (pattern.startsWith('^key')) return objects.keyId;
  if (pattern.startsWith('^usr')) return objects.userId;
  if (pattern.startsWith('^crd')) return objects.cardId;
  if (pattern.startsWith('^ses')) return objects.conversationId;
  if (pattern.startsWith('^msg')) return objects.messageId;
  if (pattern.startsWith('^att')) return objects.attachmentId;
  if (pattern.startsWith('^mem')) return objects.memoryId;
  if (pattern.startsWith('^iss')) return objects.issueId;
  if (pattern.startsWith('^ide')) return objects.ideaId;
  if (pattern.startsWith('^slv')) return objects.solveId;
  if (name === 'ids') return [objects.issueId];
  if (name in examples) return examples[name];
  throw new Error(`The matrix has no example of the field ${name}: add one.`);
}
