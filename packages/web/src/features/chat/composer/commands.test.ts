import { issueHead } from '@yudai/contract';
import { expect, test } from 'vitest';
import { commandsOf } from '#features/chat/composer/commands.ts';
import { commandsFor } from '#features/chat/use-session-issues.tsx';

const nothing = () => {};
const place = {
  isBusy: false,
  hasMessages: true,
  models: ['a/one'],
  onNew: nothing,
  onCompact: nothing,
  onCards: nothing,
  onExport: nothing,
  onStop: nothing,
  onModel: nothing,
  onDraftIssue: nothing,
  issueCommands: [],
};
const names = (changes: Partial<typeof place>, query = '') =>
  commandsOf({ ...place, ...changes }, query).map(({ name }) => name);

test('only commands that do something now are offered (D12)', () => {
  expect(names({})).toEqual(['new', 'cards', 'compact', 'export', 'issue']);
  expect(names({ isBusy: true })).toEqual(['new', 'cards', 'export', 'issue', 'stop']);
  expect(names({ hasMessages: false })).toEqual(['new', 'cards']);
  expect(names({ models: ['a/one', 'b/two'] }, 'mod')).toEqual(['model a/one', 'model b/two']);
  expect(names({}, 'NE')).toEqual(['new']);
});

test('an issue of the conversation is moved on from the chat as far as the person may and it has come (F10)', () => {
  const deeds = { open: nothing, publish: nothing, close: nothing, reopen: nothing };
  const of = (status: 'draft' | 'published' | 'closed', mayPublish = true) =>
    commandsFor(issueOf(status), mayPublish, deeds).map(({ name }) => name);

  expect(of('draft')).toEqual(['open Retry', 'publish Retry', 'close Retry']);
  expect(of('published')).toEqual(['open Retry', 'close Retry']);
  expect(of('closed')).toEqual(['open Retry', 'reopen Retry']);
  expect(of('draft', false)).toEqual(['open Retry']);
});

function issueOf(status: 'draft' | 'published' | 'closed') {
  const at = '2026-11-22T10:00:00.000Z';
  const id = (prefix: string) => `${prefix}_${'1'.repeat(26)}`;
  return issueHead.parse({
    id: id('iss'),
    projectId: id('prj'),
    ownerId: id('usr'),
    title: 'Retry',
    status,
    priority: 'low',
    complexity: 'S',
    labels: [],
    assignees: [],
    version: 1,
    origin: 'session',
    sessionId: id('ses'),
    ideaId: null,
    writingJobId: null,
    publishingJobId: null,
    failure: null,
    github: null,
    archived: false,
    createdAt: at,
    updatedAt: at,
    publishedAt: null,
  });
}
