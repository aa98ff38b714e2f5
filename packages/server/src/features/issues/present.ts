import {
  type GithubIssue,
  type Idea,
  type Id,
  type Issue,
  type IssueEstimate,
  type IssueHead,
  type IssueOnGithub,
  type IssuePreview,
  type Project,
} from '@yudai/contract';
import { renderBody, renderIssue } from '@yudai/engine/issue-writing';
import type { IdeaRow } from './idea-store.ts';
import type { IssueRow, ShownIssue } from './store.ts';

export function toHead(row: IssueRow): IssueHead {
  const { id, projectId, ownerId, title, status, priority, complexity, labels, assignees, version, origin } = row;
  const { sessionId, ideaId, writingJobId, publishingJobId, failure } = row;
  return {
    id,
    projectId,
    ownerId,
    title,
    status,
    priority,
    complexity,
    labels,
    assignees,
    version,
    origin,
    sessionId,
    ideaId,
    writingJobId,
    publishingJobId,
    failure,
    github: onGithub(row),
    archived: row.archivedAt !== null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    publishedAt: row.publishedAt?.toISOString() ?? null,
  };
}

export function toIssue(row: IssueRow, estimate: IssueEstimate): Issue {
  const { document, messageId, source, publishedVersion } = row;
  return {
    ...toHead(row),
    document,
    markdown: renderIssue(document),
    messageId,
    cardIds: [...source.cardIds],
    estimate,
    publishedVersion,
  };
}

export function toIdea(row: IdeaRow, issueId: Id<'issue'> | null): Idea {
  const { createdAt, updatedAt, ...idea } = row;
  return { ...idea, issueId, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

function onGithub(row: IssueRow): IssueOnGithub | null {
  const { repository, githubNumber, githubUrl, githubState, publishedAs, shownAs, shownAt } = row;
  if (repository === null || githubNumber === null || publishedAs === null) return null;
  const shown = shownAs ?? publishedAs;
  return {
    repository,
    number: githubNumber,
    url: githubUrl ?? '',
    state: githubState ?? 'open',
    changed: differencesOf(publishedAs, shown),
    seenAt: (shownAt ?? row.updatedAt).toISOString(),
  };
}

/** What was published and what GitHub shows, field by field, as text. */
export function differencesOf(published: ShownIssue, shown: ShownIssue): IssueOnGithub['changed'] {
  const texts = ({ title, body, labels, assignees }: ShownIssue) => ({
    title,
    body: withoutMark(body),
    labels: labels.toSorted().join(', '),
    assignees: assignees.toSorted().join(', '),
  });
  const [before, after] = [texts(published), texts(shown)];
  const fields = ['title', 'body', 'labels', 'assignees'] as const;
  return fields
    .filter((field) => before[field] !== after[field])
    .map((field) => ({ field, published: before[field], onGithub: after[field] }));
}

export function shownBy({ title, body, labels, assignees }: GithubIssue): ShownIssue {
  return { title, body, labels, assignees };
}

/** By this in its body an issue is found again when nobody heard GitHub's answer. */
export function markOf(id: Id<'issue'>): string {
  return `<!-- yudai:${id} -->`;
}

function withoutMark(body: string): string {
  return body
    .replaceAll(/\r\n?/g, '\n')
    .replace(/<!-- yudai:iss_\w+ -->\s*$/, '')
    .trim();
}

export function toPreview(row: IssueRow, { source }: Pick<Project, 'source'>): IssuePreview {
  return {
    repository: source.kind === 'github' ? source.repository : null,
    version: row.version,
    title: row.document.title,
    body: `${renderBody(row.document)}\n\n${markOf(row.id)}`.trim(),
    labels: row.labels,
    assignees: row.assignees,
  };
}
