import type { Id, Issue, LiveEvent } from '@yudai/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectAndIndex, makeRepository } from '#testing/make-repository.ts';
import { startTestApp, type TestApp, type TestUser } from '#testing/index.ts';

let app: TestApp;
let ada: TestUser;
let projectId: Id<'project'>;

beforeAll(async () => {
  app = await startTestApp();
  ada = await app.as('ada');
  const { folder } = await makeRepository({
    'src/queue.ts': 'export function retry(count: number) {\n  count += 1;\n  return count + 1;\n}\n',
    '.github/ISSUE_TEMPLATE/bug.md': '---\nname: Bug\nlabels: bug\n---\n## Steps to reproduce\n',
  });
  const { project } = await connectAndIndex({ client: ada.client, app: app.app }, folder);
  projectId = project.id;
});
afterAll(() => app.close());

const issues = () => ada.client.issues;
const make = (title: string, more: object = {}): Promise<Issue> =>
  issues().create({ projectId, document: { title }, ...more });

test('an issue is written by hand, field by field, without any model (F2 F5)', async () => {
  const made = await make('Retries are counted twice', { priority: 'high', labels: ['bug', 'bug'] });
  expect(made).toMatchObject({ status: 'draft', version: 1, priority: 'high', complexity: 'M', labels: ['bug'] });

  const changed = await issues().update({
    projectId,
    id: made.id,
    version: 1,
    document: { problem: 'It gives up too early.', wanted: 'Each retry counts once.' },
    complexity: 'S',
  });

  expect(changed).toMatchObject({
    version: 2,
    complexity: 'S',
    document: { title: 'Retries are counted twice', problem: 'It gives up too early.' },
  });
  expect(await issues().get({ projectId, id: made.id })).toEqual(changed);
});

test('an issue edited as Markdown keeps its fields, and the same again is no new version (F2)', async () => {
  const made = await make('As Markdown');
  const markdown =
    '# As Markdown\n\n## Acceptance criteria\n\n- [ ] It holds\n  - Command: npm test\n\n## Risks\n\n- none';

  const changed = await issues().update({ projectId, id: made.id, version: 1, markdown });
  expect(changed.document).toMatchObject({
    criteria: [{ id: 'AC1', text: 'It holds', check: { kind: 'command', how: 'npm test' } }],
    risks: ['none'],
  });
  const again = await issues().update({ projectId, id: made.id, version: 2, markdown: changed.markdown });

  expect(again.version).toBe(2);
});

test('two people who change the same version do not overwrite each other (F2)', async () => {
  const made = await make('Contested');
  const outcomes = await Promise.allSettled(
    ['one', 'two', 'three'].map((problem) =>
      issues().update({ projectId, id: made.id, version: 1, document: { problem } }),
    ),
  );

  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const [refused] = outcomes.flatMap((it) => (it.status === 'rejected' ? [it.reason] : []));
  expect(refused).toMatchObject({ code: 'conflict', data: { version: 2 } });
});

test('every version stays, and an earlier one can be brought back (F2)', async () => {
  const made = await make('First');
  await issues().update({ projectId, id: made.id, version: 1, document: { title: 'Second' } });

  const restored = await issues().restoreVersion({ projectId, id: made.id, restore: 1, version: 2 });

  expect(restored).toMatchObject({ title: 'First', version: 3 });
  const { items } = await issues().versions({ projectId, id: made.id });
  expect(items.map(({ version, source, title }) => [version, source, title])).toEqual([
    [3, 'restored', 'First'],
    [2, 'hand', 'Second'],
    [1, 'hand', 'First'],
  ]);
  expect(await issues().version({ projectId, id: made.id, version: 2 })).toMatchObject({
    document: { title: 'Second' },
    context: null,
  });
});

test('lists are filtered by status, priority, label, words and date, and paged to the end (A5 F5)', async () => {
  const since = new Date().toISOString();
  const made = [];
  for (const number of [1, 2, 3]) {
    made.push(await make(`Listed ${number}`, { priority: 'critical', labels: [`of-${number}`] }));
  }
  const titles = async (filter: object) =>
    (await issues().list({ projectId, since, ...filter })).items.map(({ title }) => title);

  expect(await titles({ priority: 'critical' })).toEqual(['Listed 3', 'Listed 2', 'Listed 1']);
  expect(await titles({ label: 'of-2' })).toEqual(['Listed 2']);
  expect(await titles({ query: 'listed 3' })).toEqual(['Listed 3']);
  expect(await titles({ status: 'closed' })).toEqual([]);
  const first = await issues().list({ projectId, since, limit: 2 });
  const second = await issues().list({ projectId, since, limit: 2, cursor: first.nextCursor ?? '' });
  expect(first.total).toBe(3);
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made.toReversed().map(({ id }) => id));
  expect(second.nextCursor).toBeNull();
});

test('statistics are reached at their own path and count what there is (A5 F5)', async () => {
  const before = await issues().statistics({ projectId });
  const made = await make('Counted', { priority: 'low' });
  await issues().archive({ projectId, id: made.id });
  await make('Counted too', { priority: 'low' });

  const answer = await ada.fetch(`/api/v1/projects/${projectId}/issues/statistics`);
  const after = await issues().statistics({ projectId });

  expect(answer.status).toBe(200);
  expect(after.byPriority.low - before.byPriority.low).toBe(1);
  expect(after.archived - before.archived).toBe(1);
  expect(after.total).toBe(Object.values(after.byStatus).reduce((sum, count) => sum + count, 0));
});

test('the words for status and priority are one list, and no other is taken (F6)', async () => {
  for (const body of [
    { document: { title: 'x' }, priority: 'urgent' },
    { document: { title: 'x' }, complexity: 'XXL' },
    { document: { title: '' } },
    { document: { title: 'x' }, status: 'pending' },
  ]) {
    const answer = await ada.fetch(`/api/v1/projects/${projectId}/issues`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(422);
  }
  expect((await ada.fetch(`/api/v1/projects/${projectId}/issues?status=pending`)).status).toBe(422);
});

test('readiness says what is missing, looks citations and files up, and finds what says the same (F2 F9)', async () => {
  const file = await ada.client.codebase.file({ projectId, path: 'src/queue.ts' });
  const blob = file.blob.slice(0, 12);
  const made = await issues().create({
    projectId,
    document: {
      title: 'The queue loses its retry counter overnight',
      problem: 'The counter starts anew.',
      evidence: [
        { cite: `src/queue.ts:1-3@${blob}`, note: 'adds' },
        { cite: `src/queue.ts:90-91@${blob}`, note: 'nothing' },
        { cite: 'src/gone.ts:1', note: 'nothing' },
      ],
      criteria: [{ id: 'AC1', text: 'It is better', check: null }],
      files: [{ path: 'src/gone.ts', symbol: null, confidence: 1, why: '' }],
    },
  });
  const twin = await issues().create({
    projectId,
    document: { title: 'Queue loses the retry counter over night', problem: 'The counter starts anew.' },
  });

  const readiness = await issues().check({ projectId, id: made.id });

  expect(readiness.citations.map(({ state }) => state)).toEqual(['verified', 'missing', 'missing']);
  expect(new Set(readiness.reasons.map(({ code }) => code))).toEqual(
    new Set([
      'no_current',
      'no_wanted',
      'citation_missing',
      'criterion_without_check',
      'criterion_vague',
      'file_missing',
      'duplicate',
      'template_section',
    ]),
  );
  expect(readiness.duplicates[0]).toMatchObject({ issueId: twin.id });
  expect(readiness.score).toBeLessThan(50);
  expect(await issues().check({ projectId, id: made.id })).toEqual(readiness);
});

test('a draft is deleted with its versions; what many are changed to is answered for each (F5)', async () => {
  const [one, two] = [await make('Bulk one'), await make('Bulk two')];
  await issues().remove({ projectId, id: two.id });

  const { changed, failed } = await issues().bulk({
    projectId,
    ids: [one.id, two.id],
    change: { kind: 'label', add: ['triaged'] },
  });

  expect(changed.map(({ id, labels }) => [id, labels])).toEqual([[one.id, ['triaged']]]);
  expect(failed.map(({ id }) => id)).toEqual([two.id]);
  await expect(issues().get({ projectId, id: two.id })).rejects.toMatchObject({ code: 'not_found' });
  await issues().bulk({ projectId, ids: [one.id], change: { kind: 'close' } });
  expect(await issues().get({ projectId, id: one.id })).toMatchObject({ status: 'closed' });
  expect(await issues().reopen({ projectId, id: one.id })).toMatchObject({ status: 'draft' });
});

test('a change of one field leaves all others as they are (F2)', async () => {
  const document = {
    title: 'Whole',
    problem: 'It fails.',
    evidence: [{ cite: null, note: 'a log' }],
    current: 'Fails.',
    wanted: 'Works.',
    criteria: [{ id: 'AC1', text: 'It works', check: { kind: 'command' as const, how: 'npm test' } }],
    files: [{ path: 'a.ts', symbol: null, confidence: 1, why: 'there' }],
    outOfScope: ['Speed'],
    risks: ['Others'],
    notes: 'More.',
  };
  const made = await issues().create({ projectId, document });

  const changed = await issues().update({ projectId, id: made.id, version: 1, document: { wanted: 'Works well.' } });

  expect(changed.document).toEqual({ ...document, wanted: 'Works well.' });
});

test('an idea becomes one issue however often it is promoted, and can be put aside (D17 F7 M11)', async () => {
  const idea = await issues().createIdea({ projectId, title: 'Count retries once', description: 'They count twice.' });
  expect(idea).toMatchObject({ status: 'pending', complexity: 'M', issueId: null });
  await issues().updateIdea({ projectId, id: idea.id, complexity: 'S' });

  const promoted = await Promise.all([1, 2, 3].map(() => issues().promoteIdea({ projectId, id: idea.id })));

  expect(new Set(promoted.map(({ issue }) => issue.id)).size).toBe(1);
  expect(promoted[0]?.issue).toMatchObject({
    origin: 'idea',
    ideaId: idea.id,
    complexity: 'S',
    document: { title: 'Count retries once', problem: 'They count twice.' },
  });
  const { items } = await issues().ideas({ projectId, status: 'promoted' });
  expect(items).toMatchObject([{ id: idea.id, issueId: promoted[0]?.issue.id }]);
  await expect(issues().dismissIdea({ projectId, id: idea.id })).rejects.toMatchObject({ code: 'conflict' });
  const other = await issues().createIdea({ projectId, title: 'Not now' });
  expect(await issues().dismissIdea({ projectId, id: other.id })).toMatchObject({ status: 'dismissed' });
  expect((await issues().ideas({ projectId, limit: 1 })).items).toHaveLength(1);
});

test('who watches the project hears of issues and ideas (A5 E3)', async () => {
  const after = (await app.app.live.cursors(contextOf(), [`project:${projectId}`])).get(`project:${projectId}`) ?? 0;

  const made = await make('Heard');
  await issues().update({ projectId, id: made.id, version: 1, document: { title: 'Heard again' } });

  const events = await app.app.live.read(contextOf(), `project:${projectId}`, after, 100);
  const heard = events.flatMap((event: LiveEvent) =>
    event.type === 'issue_update' && event.data.what === 'issue' ? [[event.data.action, event.data.issue.title]] : [],
  );
  expect(heard).toEqual([
    ['added', 'Heard'],
    ['updated', 'Heard again'],
  ]);
});

test('without GitHub an issue can be copied but not published, and says so (F3)', async () => {
  const made = await make('Nowhere to go');

  expect(await issues().preview({ projectId, id: made.id })).toMatchObject({
    repository: null,
    title: 'Nowhere to go',
  });
  expect(await issues().export({ projectId, id: made.id })).toEqual({
    name: 'nowhere-to-go.md',
    markdown: '# Nowhere to go\n',
  });
  await expect(issues().publish({ projectId, id: made.id, version: 1 })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('not connected to a repository on GitHub'),
  });
});

test('without a model a draft is kept with the person’s words, and says what to set (F1)', async () => {
  const { issue, job } = await issues().draft({ projectId, text: 'Do it by hand' });
  await app.app.jobs.drain();
  const kept = await issues().get({ projectId, id: issue.id });

  expect((await ada.client.jobs.get({ id: job.id })).status).toBe('failed');
  expect(kept).toMatchObject({ title: 'Do it by hand', status: 'draft', writingJobId: null });
  expect(kept.document.problem).toBe('Do it by hand');
  expect(kept.failure?.message).toContain('YUDAI_MODELS');
});

function contextOf() {
  return { actor: ada, signal: new AbortController().signal, requestId: 'test' };
}
