import { z } from 'zod';
import { projectProcedure } from '#access.ts';
import { idSchema } from '#ids.ts';
import {
  complexity,
  idea,
  ideaDescription,
  ideaEvidence,
  ideaStatus,
  ideaTitle,
  issue,
  issueAssignees,
  issueDocument,
  issueDocumentChanges,
  issueHead,
  issueLabels,
  issuePreview,
  issuePriority,
  issueReadiness,
  issueStatistics,
  issueStatus,
  issueVersion,
  issueVersionDetail,
} from '#issues.ts';
import { job } from '#jobs.ts';
import { pageOf, pageRequest } from '#paging.ts';

const ofProject = { projectId: idSchema('project') };
const ofIssue = { ...ofProject, id: idSchema('issue') };
const ofIdea = { ...ofProject, id: idSchema('idea') };
const tags = ['issues'];
const at = '/v1/projects/{projectId}/issues';
const ideasAt = '/v1/projects/{projectId}/ideas';
/** The version that the person has before them; a later one is a conflict. In a path or query it arrives as text. */
const version = z.union([
  z.number().int().min(1),
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'not a version')
    .transform(Number),
]);
const facts = {
  priority: issuePriority.optional(),
  complexity: complexity.optional(),
  labels: issueLabels.optional(),
  assignees: issueAssignees.optional(),
};
const wish = z.string().trim().min(1).max(20_000);
const started = z.object({ issue, job });
const published = z.object({
  issue,
  /** Null when there was nothing to do: it is on GitHub already. */
  job: job.nullable(),
});

const draftInput = z
  .strictObject({
    ...ofProject,
    /** What the person wants, in their own words. */
    text: wish.optional(),
    sessionId: idSchema('session').optional(),
    messageId: idSchema('message').optional(),
    cardIds: z.array(idSchema('card')).max(50).default([]),
    ideaId: idSchema('idea').optional(),
    ...facts,
  })
  .refine(
    ({ text, sessionId, messageId, cardIds, ideaId }) =>
      text !== undefined ||
      sessionId !== undefined ||
      messageId !== undefined ||
      ideaId !== undefined ||
      cardIds.length > 0,
    'say what the issue is about: a text, a session, a message, cards or an idea',
  );
const publishInput = z.strictObject({ ...ofIssue, version });

export const issuesContract = {
  list: projectProcedure('issues.read')
    .route({ method: 'GET', path: at, summary: 'Issues, the last changed first', tags })
    .meta({
      tool: {
        name: 'list_issues',
        description: 'The issues of the project that were written with Yudai, with how they stand on GitHub.',
      },
    })
    .input(
      z.strictObject({
        ...ofProject,
        ...pageRequest(100, 50),
        status: issueStatus.optional(),
        priority: issuePriority.optional(),
        label: z.string().max(50).optional(),
        /** Those that came of this conversation. */
        sessionId: idSchema('session').optional(),
        query: z.string().max(200).optional(),
        archived: z.boolean().default(false),
        /** Changed at or after this moment. */
        since: z.iso.datetime().optional(),
      }),
    )
    .output(pageOf(issueHead).extend({ total: z.number().int() })),
  statistics: projectProcedure('issues.read')
    .route({ method: 'GET', path: `${at}/statistics`, summary: 'How many issues and ideas there are', tags })
    .input(z.strictObject(ofProject))
    .output(issueStatistics),
  get: projectProcedure('issues.read')
    .route({ method: 'GET', path: `${at}/{id}`, summary: 'One issue', tags })
    .meta({
      tool: {
        name: 'get_issue',
        description: 'One issue as Markdown: problem, evidence, wanted behaviour, acceptance criteria and files.',
      },
    })
    .input(z.strictObject(ofIssue))
    .output(issue),
  create: projectProcedure('issues.write')
    .route({ method: 'POST', path: at, summary: 'Write an issue by hand', tags, successStatus: 201 })
    .meta({
      tool: {
        name: 'add_issue',
        description: 'Write a draft of an issue, for people to review and publish. Only when asked to.',
      },
    })
    .input(z.strictObject({ ...ofProject, document: issueDocument, ...facts }))
    .output(issue),
  draft: projectProcedure('issues.write')
    .meta({ limit: 'answers' })
    .route({
      method: 'POST',
      path: `${at}/draft`,
      summary: 'Have an issue written; may come back with questions first',
      tags,
      successStatus: 202,
    })
    .input(draftInput)
    .output(started),
  createWithContext: projectProcedure('issues.write')
    .meta({ limit: 'answers' })
    .route({
      method: 'POST',
      path: `${at}/create-with-context`,
      summary: 'The same as `draft`, under its old name',
      tags,
      successStatus: 202,
    })
    .input(draftInput)
    .output(started),
  update: projectProcedure('issues.write')
    .route({ method: 'PATCH', path: `${at}/{id}`, summary: 'Change what is given, or all of it as Markdown', tags })
    .input(
      z
        .strictObject({
          ...ofIssue,
          version,
          /** These fields of the document. */
          document: issueDocumentChanges.optional(),
          /** The whole document, as `markdown` of the issue gives it. */
          markdown: z.string().max(100_000).optional(),
          ...facts,
        })
        .refine(
          ({ document, markdown }) => document === undefined || markdown === undefined,
          'either fields or Markdown',
        ),
    )
    .output(issue),
  regenerate: projectProcedure('issues.write')
    .meta({ limit: 'answers' })
    .route({
      method: 'POST',
      path: `${at}/{id}/regenerate`,
      summary: 'Have it written again, as another version',
      tags,
      successStatus: 202,
    })
    .input(z.strictObject({ ...ofIssue, version, instructions: wish.optional() }))
    .output(started),
  versions: projectProcedure('issues.read')
    .route({ method: 'GET', path: `${at}/{id}/versions`, summary: 'What it said before, newest first', tags })
    .input(z.strictObject({ ...ofIssue, ...pageRequest(100, 50) }))
    .output(pageOf(issueVersion)),
  version: projectProcedure('issues.read')
    .route({ method: 'GET', path: `${at}/{id}/versions/{version}`, summary: 'One version, whole', tags })
    .input(z.strictObject({ ...ofIssue, version }))
    .output(issueVersionDetail),
  restoreVersion: projectProcedure('issues.write')
    .route({
      method: 'POST',
      path: `${at}/{id}/versions/{restore}/restore`,
      summary: 'Say what an earlier version said, as a new version',
      tags,
    })
    .input(z.strictObject({ ...ofIssue, restore: version, version }))
    .output(issue),
  check: projectProcedure('issues.read')
    .route({ method: 'GET', path: `${at}/{id}/readiness`, summary: 'How ready it is and what is missing', tags })
    .input(z.strictObject(ofIssue))
    .output(issueReadiness),
  preview: projectProcedure('issues.read')
    .route({ method: 'GET', path: `${at}/{id}/preview`, summary: 'Exactly what would be published', tags })
    .input(z.strictObject(ofIssue))
    .output(issuePreview),
  publish: projectProcedure('issues.publish')
    .route({
      method: 'POST',
      path: `${at}/{id}/publish`,
      summary: 'Open it on GitHub, once however often this is asked',
      tags,
      successStatus: 202,
    })
    .input(publishInput)
    .output(published),
  createGithubIssue: projectProcedure('issues.publish')
    .route({
      method: 'POST',
      path: `${at}/{id}/create-github-issue`,
      summary: 'The same as `publish`, under its old name',
      tags,
      successStatus: 202,
    })
    .input(publishInput)
    .output(published),
  refresh: projectProcedure('issues.write')
    .route({ method: 'POST', path: `${at}/{id}/refresh`, summary: 'Ask GitHub how it stands there', tags })
    .input(z.strictObject(ofIssue))
    .output(issue),
  close: projectProcedure('issues.publish')
    .route({ method: 'POST', path: `${at}/{id}/close`, summary: 'Close it, on GitHub too', tags })
    .input(z.strictObject({ ...ofIssue, reason: z.enum(['completed', 'not_planned']).default('completed') }))
    .output(issue),
  reopen: projectProcedure('issues.publish')
    .route({ method: 'POST', path: `${at}/{id}/reopen`, summary: 'Open it again, on GitHub too', tags })
    .input(z.strictObject(ofIssue))
    .output(issue),
  archive: projectProcedure('issues.write')
    .route({ method: 'POST', path: `${at}/{id}/archive`, summary: 'Take it out of the lists', tags })
    .input(z.strictObject(ofIssue))
    .output(issue),
  unarchive: projectProcedure('issues.write')
    .route({ method: 'POST', path: `${at}/{id}/unarchive`, summary: 'Put it back into the lists', tags })
    .input(z.strictObject(ofIssue))
    .output(issue),
  bulk: projectProcedure('issues.write')
    .route({ method: 'POST', path: `${at}/bulk`, summary: 'Change many; each is answered for itself', tags })
    .input(
      z.strictObject({
        ...ofProject,
        ids: z.array(idSchema('issue')).min(1).max(50),
        change: z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('archive'), archived: z.boolean() }),
          z.strictObject({ kind: z.literal('close') }),
          z.strictObject({ kind: z.literal('label'), add: issueLabels.default([]), remove: issueLabels.default([]) }),
          z.strictObject({ kind: z.literal('priority'), priority: issuePriority }),
        ]),
      }),
    )
    .output(
      z.object({
        changed: z.array(issueHead),
        failed: z.array(z.object({ id: idSchema('issue'), message: z.string() })),
      }),
    ),
  remove: projectProcedure('issues.write')
    .route({ method: 'DELETE', path: `${at}/{id}`, summary: 'Delete a draft, with its versions', tags })
    .input(z.strictObject(ofIssue))
    .output(z.object({ removed: z.boolean() })),
  export: projectProcedure('issues.read')
    .route({ method: 'GET', path: `${at}/{id}/markdown`, summary: 'The issue as a Markdown file', tags })
    .input(z.strictObject(ofIssue))
    .output(z.object({ name: z.string(), markdown: z.string() })),
  ideas: projectProcedure('issues.read')
    .route({ method: 'GET', path: ideasAt, summary: 'Ideas, newest first', tags })
    .input(z.strictObject({ ...ofProject, ...pageRequest(100, 50), status: ideaStatus.optional() }))
    .output(pageOf(idea)),
  generateIdeas: projectProcedure('issues.write')
    .meta({ limit: 'answers' })
    .route({
      method: 'POST',
      path: `${ideasAt}/generate`,
      summary: 'Have the code looked through for what could be better',
      tags,
      successStatus: 202,
    })
    .input(
      z.strictObject({
        ...ofProject,
        /** What to look for, or where. */
        about: z.string().trim().max(2000).optional(),
        count: z.number().int().min(1).max(10).default(5),
      }),
    )
    .output(job),
  createIdea: projectProcedure('issues.write')
    .route({ method: 'POST', path: ideasAt, summary: 'Write an idea down', tags, successStatus: 201 })
    .input(
      z.strictObject({
        ...ofProject,
        title: ideaTitle,
        description: ideaDescription.default(''),
        evidence: ideaEvidence.default([]),
        complexity: complexity.default('M'),
      }),
    )
    .output(idea),
  updateIdea: projectProcedure('issues.write')
    .route({ method: 'PATCH', path: `${ideasAt}/{id}`, summary: 'Change an idea', tags })
    .input(
      z.strictObject({
        ...ofIdea,
        title: ideaTitle.optional(),
        description: ideaDescription.optional(),
        evidence: ideaEvidence.optional(),
        complexity: complexity.optional(),
      }),
    )
    .output(idea),
  dismissIdea: projectProcedure('issues.write')
    .route({ method: 'POST', path: `${ideasAt}/{id}/dismiss`, summary: 'Put an idea aside, or take it up again', tags })
    .input(z.strictObject({ ...ofIdea, dismissed: z.boolean().default(true) }))
    .output(idea),
  promoteIdea: projectProcedure('issues.write')
    .route({
      method: 'POST',
      path: `${ideasAt}/{id}/promote`,
      summary: 'Make an issue of an idea, once; written by a model or as it stands',
      tags,
      successStatus: 201,
    })
    .input(z.strictObject({ ...ofIdea, write: z.boolean().default(false) }))
    .output(z.object({ issue, idea, job: job.nullable() })),
};
