import { issue as issueSchema, issueReadiness, modelsOverview, roles } from '@yudai/contract';
import type { Issue, Role } from '@yudai/contract';
import type { QueryClient } from '@tanstack/react-query';
import { notifyManager, useQuery } from '@tanstack/react-query';
import { act } from 'react';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import { IssueView } from '#features/issues/issue-view.tsx';
import { authStatusQuery } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { render } from '#testing/render.tsx';
import { jobOf, me, projectAs, signedIn } from '#testing/samples.ts';

const at = '2026-11-21T10:00:00.000Z';
const issueId = `iss_${'0'.repeat(26)}`;
const cite = 'src/retry.ts:3-4@0123456789ab';

function issueWith(changes: Record<string, unknown> = {}, document: Record<string, unknown> = {}): Issue {
  return issueSchema.parse({
    id: issueId,
    projectId: projectAs('owner').id,
    ownerId: me,
    title: 'Retries count twice',
    status: 'draft',
    priority: 'medium',
    complexity: 'M',
    labels: [],
    assignees: [],
    version: 1,
    origin: 'hand',
    sessionId: null,
    ideaId: null,
    writingJobId: null,
    publishingJobId: null,
    failure: null,
    github: null,
    archived: false,
    createdAt: at,
    updatedAt: at,
    publishedAt: null,
    document: {
      title: 'Retries count twice',
      problem: 'Shops pay twice.',
      criteria: [{ id: 'AC1', text: 'It is good', check: null }],
      evidence: [{ cite, note: 'adds' }],
      ...document,
    },
    markdown: '# Retries count twice\n',
    messageId: null,
    cardIds: [],
    estimate: { costMicros: null, basis: 'The usual for M.' },
    publishedVersion: null,
    ...changes,
  });
}

const readiness = issueReadiness.parse({
  score: 61,
  reasons: [
    { code: 'criterion_vague', severity: 'warning', field: 'criteria', at: 'AC1', text: 'AC1 says good.', points: 4 },
    { code: 'no_current', severity: 'missing', field: 'current', at: null, text: 'Say what happens now.', points: 10 },
  ],
  citations: [{ text: cite, path: 'src/retry.ts', startLine: 3, endLine: 4, blob: null, state: 'missing' }],
  duplicates: [
    { number: 7, issueId: null, title: 'Counted twice', state: 'open', url: 'https://git.example/7', likeness: 0.7 },
  ],
  templates: [],
});

const noModels = modelsOverview.parse({
  configured: false,
  hint: 'Set YUDAI_MODELS.',
  roles: [{ role: 'architect', variable: 'YUDAI_MODELS_ARCHITECT', candidates: [] }],
  providers: [],
});

async function show(role: Role, first: Issue) {
  const project = projectAs(role);
  const input = { projectId: project.id, id: issueId };
  const known: QueryClient[] = [];
  function Live(): ReactNode {
    const issue = useQuery(api.issues.get.queryOptions({ input })).data;
    return issue === undefined ? null : <IssueView project={project} issue={issue} />;
  }
  const rendered = await render(<Live />, (queries) => {
    known.push(queries);
    queries.setQueryData(authStatusQuery.queryKey, signedIn());
    queries.setQueryData(api.projects.get.queryKey({ input: { id: project.id } }), project);
    queries.setQueryData(api.projects.members.queryKey({ input: { id: project.id } }), { items: [], invitations: [] });
    queries.setQueryData(api.models.list.queryKey({ input: {} }), noModels);
    queries.setQueryData(api.issues.get.queryKey({ input }), first);
    queries.setQueryData(api.issues.check.queryKey({ input }), readiness);
    const versions = api.issues.versions.infiniteKey({
      input: () => ({ ...input, limit: 10 }),
      initialPageParam: undefined as string | undefined,
    });
    queries.setQueryData(versions, { pages: [{ items: [], nextCursor: null }], pageParams: [undefined] });
    queries.setQueryData(api.issues.versions.queryKey({ input: { ...input, limit: 1 } }), {
      items: [],
      nextCursor: null,
    });
    for (const limit of [1, 5]) {
      const key = api.solver.list.queryKey({ input: { projectId: project.id, issueId, limit } });
      queries.setQueryData(key, { items: [], nextCursor: null });
    }
    if (first.writingJobId !== null) {
      const job = jobOf(me, {
        kind: 'issues.draft',
        status: 'waiting_for_input',
        questions: [{ id: 'q1', text: 'Which retry?', kind: 'text' }],
      });
      queries.setQueryData(api.jobs.get.queryKey({ input: { id: first.writingJobId } }), { ...job, steps: [] });
    }
  });
  const change = (next: Issue) =>
    act(async () => {
      known[0]?.setQueryData(api.issues.get.queryKey({ input }), next);
      // Who watches the cache is told in turn: this comes last.
      await new Promise<void>((told) => notifyManager.schedule(told));
    });
  return { ...rendered, change };
}

function field(id: string): HTMLTextAreaElement {
  const found = document.getElementById(id);
  if (!(found instanceof HTMLTextAreaElement)) throw new Error(`no field ${id}`);
  return found;
}

/** As a browser does it: React hears of a value that was set past it only by the event. */
async function type(id: string, text: string): Promise<void> {
  const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set;
  await act(async () => {
    set?.call(field(id), text);
    field(id).dispatchEvent(new Event('input', { bubbles: true }));
  });
}

async function press(name: string): Promise<void> {
  const button = [...document.querySelectorAll('button')].find((one) =>
    (one.getAttribute('aria-label') ?? one.textContent).includes(name),
  );
  if (button === undefined) throw new Error(`no button ${name}`);
  await act(async () => button.click());
}

test.each(roles)('a %s is offered what the role allows (B10)', async (role) => {
  const { buttons, fields } = await show(role, issueWith());
  const writes = buttons().filter((name) => /^Publish|^Add|^Take|^Preview/.test(name));

  expect(writes.length > 0).toBe(role !== 'viewer');
  expect(fields() > 0).toBe(role !== 'viewer');
});

test('each reason leads to its field, of the criterion that it is about (F9)', async () => {
  const { text } = await show('member', issueWith());
  expect(text()).toContain('61');
  expect(text()).toContain('Counted twice');

  await press('AC1 says good.');
  expect(document.activeElement).toBe(field('issue-criteria-0'));
  await press('Say what happens now.');
  expect(document.activeElement).toBe(field('issue-current'));
});

test('a citation that is not in the code is marked, and cannot be opened (F9)', async () => {
  const { buttons, text } = await show('viewer', issueWith());

  expect(text()).toContain('not found');
  expect(buttons().filter((name) => name.startsWith('Open src'))).toEqual([]);
});

test('what was typed stays when somebody else saves, until it is decided (F5)', async () => {
  const { change, text } = await show('member', issueWith());
  await type('issue-problem', 'My words.');

  await change(issueWith({ version: 2 }, { problem: 'Theirs.', notes: 'Their notes.' }));

  expect(text()).toContain('Changed there: problem, notes');
  expect(text()).toContain('You both changed problem');
  expect(field('issue-problem').value).toBe('My words.');
  await press('Keep mine');
  expect(field('issue-problem').value).toBe('My words.');
  expect(field('issue-notes').value).toBe('Their notes.');
  await press('Discard');
  expect(field('issue-problem').value).toBe('Theirs.');
});

test('what others save comes in while nothing is typed (F5)', async () => {
  const { change, text } = await show('member', issueWith());

  await change(issueWith({ version: 2 }, { problem: 'Theirs.' }));

  expect(field('issue-problem').value).toBe('Theirs.');
  expect(text()).not.toContain('meanwhile');
});

test('while it is being written its question stands in the issue, and nothing can be typed into it (F1)', async () => {
  const { text, buttons } = await show('member', issueWith({ writingJobId: jobOf(me).id }));

  expect(text()).toContain('Which retry?');
  expect(buttons()).toContain('Cancel');
  expect(document.getElementById('issue-problem')).not.toBeInstanceOf(HTMLTextAreaElement);
});

test('why writing failed is said, and what is there stays (F1)', async () => {
  const failure = { code: 'unavailable', message: 'Set YUDAI_MODELS_ARCHITECT.' };
  const { text } = await show('member', issueWith({ failure }));

  expect(text()).toContain('Set YUDAI_MODELS_ARCHITECT.');
  expect(text()).toContain('Show what models there are');
  expect(field('issue-problem').value).toBe('Shops pay twice.');
});
