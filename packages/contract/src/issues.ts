import { z } from 'zod';
import { citation } from '#chat.ts';
import { failure } from '#errors.ts';
import { githubOwner, repositoryFullName } from '#git.ts';
import { idSchema } from '#ids.ts';

/** The one vocabulary of issues, for the database, the API and the screens. */
export const issueStatuses = ['draft', 'published', 'solving', 'solved', 'closed'] as const;
export const issueStatus = z.enum(issueStatuses);
export type IssueStatus = z.infer<typeof issueStatus>;

export const issuePriorities = ['low', 'medium', 'high', 'critical'] as const;
export const issuePriority = z.enum(issuePriorities);
export type IssuePriority = z.infer<typeof issuePriority>;

/** How much work something is: about an hour, a day, a week, longer. */
export const complexities = ['S', 'M', 'L', 'XL'] as const;
export const complexity = z.enum(complexities);
export type Complexity = z.infer<typeof complexity>;

/** How it is seen that a criterion holds: a test that passes, a command that succeeds, or what a person looks at. */
export const checkKinds = ['test', 'command', 'observation'] as const;
export const checkKind = z.enum(checkKinds);
export type CheckKind = z.infer<typeof checkKind>;

const moment = z.iso.datetime();
/** Text of several lines. */
const prose = z.string().max(20_000);
/** Text of one line: other white space becomes a space. */
const line = z
  .string()
  .max(2000)
  .transform((text) => text.replaceAll(/\s+/g, ' ').trim());
const lines = z.array(line).max(50);

/** Something that the problem rests on. */
export const issueEvidence = z.strictObject({
  /** `path:start-end@blob`, as everywhere; null for what is not in the code. */
  cite: line.nullable(),
  note: line,
});

/** Something that has to hold once the issue is solved. */
export const issueCriterion = z.strictObject({
  /** Names it within the issue, such as `AC1`. */
  id: z.string().regex(/^[A-Za-z0-9_-]{1,20}$/, 'letters, digits, - and _'),
  text: line,
  /** How somebody sees that it holds; null until that has been said. */
  check: z.strictObject({ kind: checkKind, how: line }).nullable(),
});

/** A file that will probably change. */
export const issueFile = z.strictObject({
  path: line,
  /** Dotted name of the definition in it. */
  symbol: line.nullable(),
  /** 0–1 in hundredths: how sure the search is, not the model. 1 when a person named it. */
  confidence: z
    .number()
    .min(0)
    .max(1)
    .transform((value) => Math.round(value * 100) / 100),
  why: line,
});

const documentFields = {
  title: line.pipe(z.string().min(1).max(256)),
  problem: prose,
  evidence: z.array(issueEvidence).max(50),
  current: prose,
  wanted: prose,
  criteria: z
    .array(issueCriterion)
    .max(50)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'two criteria have the same id'),
  files: z.array(issueFile).max(50),
  outOfScope: lines,
  risks: lines,
  /** Whatever else belongs into the issue, such as sections that the repository's template asks for. */
  notes: prose,
};

/** What an issue says. */
export const issueDocument = z.strictObject({
  ...documentFields,
  problem: documentFields.problem.default(''),
  evidence: documentFields.evidence.default([]),
  current: documentFields.current.default(''),
  wanted: documentFields.wanted.default(''),
  criteria: documentFields.criteria.default([]),
  files: documentFields.files.default([]),
  outOfScope: documentFields.outOfScope.default([]),
  risks: documentFields.risks.default([]),
  notes: documentFields.notes.default(''),
});
export type IssueDocument = z.infer<typeof issueDocument>;

/** Some fields of a document. What is left out stays as it is, so nothing here has a default. */
export const issueDocumentChanges = z.strictObject(documentFields).partial();

export const issueLabels = z.array(z.string().trim().min(1).max(50)).max(20);
export const issueAssignees = z.array(githubOwner).max(10);

export const readinessCodes = [
  'no_problem',
  'no_current',
  'no_wanted',
  'no_evidence',
  'no_citation',
  'citation_missing',
  'citation_stale',
  'no_criteria',
  'criterion_without_check',
  'criterion_vague',
  'no_files',
  'file_missing',
  'duplicate',
  'template_section',
  'label_unknown',
  'too_long',
  'not_checked',
] as const;

/** What keeps an issue from being as good as it can be. */
export const readinessReason = z.object({
  code: z.enum(readinessCodes),
  /** `missing` takes most; `note` takes nothing, and says what could not be looked at. */
  severity: z.enum(['missing', 'warning', 'note']),
  /** The field of the document to look at; null for the issue as a whole. */
  field: z
    .enum(['title', 'problem', 'evidence', 'current', 'wanted', 'criteria', 'files', 'notes', 'labels'])
    .nullable(),
  /** The criterion, citation, path, label or section that is meant. */
  at: z.string().nullable(),
  /** What is the matter and what to do, for a person. */
  text: z.string(),
  /** What it takes from the score. */
  points: z.number().int(),
});
export type ReadinessReason = z.infer<typeof readinessReason>;

/** Another issue that may say the same. */
export const likelyDuplicate = z.object({
  /** On GitHub; null for one that is only in Yudai. */
  number: z.number().int().nullable(),
  issueId: idSchema('issue').nullable(),
  title: z.string(),
  state: z.string(),
  url: z.string().nullable(),
  /** 0–1: how alike the words are. */
  likeness: z.number(),
});
export type LikelyDuplicate = z.infer<typeof likelyDuplicate>;

/** How ready an issue is to be solved, found by rules alone: the same issue in the same repository gives the same score. */
export const issueReadiness = z.object({
  score: z.number().int().min(0).max(100),
  reasons: z.array(readinessReason),
  citations: z.array(citation),
  duplicates: z.array(likelyDuplicate),
  /** The repository's issue templates, and the headings that each asks for. */
  templates: z.array(z.object({ path: z.string(), name: z.string(), sections: z.array(z.string()) })),
});
export type IssueReadiness = z.infer<typeof issueReadiness>;

/** What solving will probably cost, in micro-dollars; null where no price is known. */
export const issueEstimate = z.object({ costMicros: z.number().int().nullable(), basis: z.string() });
export type IssueEstimate = z.infer<typeof issueEstimate>;

/** A field that says something else on GitHub than what was published. */
export const issueDifference = z.object({
  field: z.enum(['title', 'body', 'labels', 'assignees']),
  published: z.string(),
  onGithub: z.string(),
});

/** Where an issue is on GitHub and how it stands there. */
export const issueOnGithub = z.object({
  repository: repositoryFullName,
  number: z.number().int(),
  url: z.string(),
  /** `deleted`: GitHub does not have it any more. */
  state: z.enum(['open', 'closed', 'deleted']),
  /** What was changed there since; the issue here stays as it is. */
  changed: z.array(issueDifference),
  /** When GitHub last told of it. */
  seenAt: moment,
});
export type IssueOnGithub = z.infer<typeof issueOnGithub>;

/** Where an issue comes from. */
export const issueOrigins = ['hand', 'text', 'session', 'message', 'cards', 'idea', 'github'] as const;
export const issueOrigin = z.enum(issueOrigins);
export type IssueOrigin = z.infer<typeof issueOrigin>;

/** An issue as lists show it. */
export const issueHead = z.object({
  id: idSchema('issue'),
  projectId: idSchema('project'),
  ownerId: idSchema('user'),
  title: z.string(),
  status: issueStatus,
  priority: issuePriority,
  complexity,
  labels: z.array(z.string()),
  assignees: z.array(z.string()),
  /** Counts changes; an update names the one that it was made from. */
  version: z.number().int(),
  origin: issueOrigin,
  sessionId: idSchema('session').nullable(),
  ideaId: idSchema('idea').nullable(),
  /** The job that writes it, or publishes it, until that has ended. */
  writingJobId: idSchema('job').nullable(),
  publishingJobId: idSchema('job').nullable(),
  /** Why the last try to write or publish it failed; null when it did not. */
  failure: failure.nullable(),
  github: issueOnGithub.nullable(),
  archived: z.boolean(),
  createdAt: moment,
  updatedAt: moment,
  publishedAt: moment.nullable(),
});
export type IssueHead = z.infer<typeof issueHead>;

export const issue = issueHead.extend({
  document: issueDocument,
  /** The document as Markdown, with its title as the first heading. */
  markdown: z.string(),
  messageId: idSchema('message').nullable(),
  cardIds: z.array(idSchema('card')),
  estimate: issueEstimate,
  /** The version that was published; null before that. */
  publishedVersion: z.number().int().nullable(),
});
export type Issue = z.infer<typeof issue>;

/** How a version came about. */
export const versionSources = ['hand', 'model', 'restored'] as const;

export const issueVersion = z.object({
  version: z.number().int(),
  source: z.enum(versionSources),
  authorId: idSchema('user').nullable(),
  title: z.string(),
  /** `provider/model` that wrote it; null for people. */
  model: z.string().nullable(),
  createdAt: moment,
});
export type IssueVersion = z.infer<typeof issueVersion>;

/** A version with all that it says, and, for who asked for it, what its writer was given. */
export const issueVersionDetail = issueVersion.extend({
  document: issueDocument,
  priority: issuePriority,
  complexity,
  labels: z.array(z.string()),
  assignees: z.array(z.string()),
  /** Conversation, cards and code, whole; null for versions of people, and for everybody but who asked. */
  context: z
    .object({
      commit: z.string().nullable(),
      blocks: z.array(z.object({ title: z.string(), text: z.string() })),
    })
    .nullable(),
});
export type IssueVersionDetail = z.infer<typeof issueVersionDetail>;

/** Exactly what publishing sends to GitHub. */
export const issuePreview = z.object({
  /** Null when the project is not on GitHub: the text can be copied, not published. */
  repository: repositoryFullName.nullable(),
  version: z.number().int(),
  title: z.string(),
  body: z.string(),
  labels: z.array(z.string()),
  assignees: z.array(z.string()),
});
export type IssuePreview = z.infer<typeof issuePreview>;

export const issueStatistics = z.object({
  total: z.number().int(),
  archived: z.number().int(),
  byStatus: z.record(issueStatus, z.number().int()),
  byPriority: z.record(issuePriority, z.number().int()),
  /** Changed on GitHub since they were published. */
  changedOnGithub: z.number().int(),
  ideas: z.object({ pending: z.number().int(), promoted: z.number().int(), dismissed: z.number().int() }),
});
export type IssueStatistics = z.infer<typeof issueStatistics>;

export const ideaStatuses = ['pending', 'promoted', 'dismissed'] as const;
export const ideaStatus = z.enum(ideaStatuses);
export type IdeaStatus = z.infer<typeof ideaStatus>;

export const ideaTitle = line.pipe(z.string().min(1).max(200));
export const ideaDescription = prose;
/** Places in the code, as citations (`path:start-end@blob`), each with what is to be seen there. */
export const ideaEvidence = z
  .array(z.strictObject({ cite: line.pipe(z.string().min(1).max(500)), note: line.pipe(z.string().max(1000)) }))
  .max(10);

/** Something that could be made better, not yet an issue. */
export const idea = z.object({
  id: idSchema('idea'),
  projectId: idSchema('project'),
  ownerId: idSchema('user'),
  title: z.string(),
  description: z.string(),
  /** Places in the code that it rests on, each looked up. */
  evidence: z.array(z.object({ cite: z.string(), note: z.string(), state: citation.shape.state })),
  complexity,
  status: ideaStatus,
  origin: z.enum(['hand', 'model']),
  /** The issue that it became. */
  issueId: idSchema('issue').nullable(),
  createdAt: moment,
  updatedAt: moment,
});
export type Idea = z.infer<typeof idea>;

/** On `project:` topics. `removed` leaves the rest as it last was. */
export const issueEvent = z.discriminatedUnion('what', [
  z.object({
    what: z.literal('issue'),
    action: z.enum(['added', 'updated', 'published', 'changed_on_github', 'removed']),
    issue: issueHead,
  }),
  z.object({ what: z.literal('idea'), action: z.enum(['added', 'updated']), idea }),
]);
export type IssueEvent = z.infer<typeof issueEvent>;
