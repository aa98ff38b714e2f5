// One database is enough: how a card stands is worked out in memory; its rows are stored and read on both by cards.test.ts.
import type { Card, Id, NewCard } from '@yudai/contract';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startTestApp, type TestApp } from '#testing/index.ts';
import { connectAndIndex, makeRepository, type TestRepository } from '#testing/make-repository.ts';

const queue = `import { log } from './log.ts';

export class Queue {
  push(job: string): number {
    return log(job);
  }
}

export function drain(queue: Queue): number {
  return queue.push('x') + 1;
}
`;
const drain = `export function drain(queue: Queue): number {
  return queue.push('x') + 1;
}`;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('a card of lines, of a definition and of a file holds their text and is pinned to their blob (D14)', async () => {
  const { keep, projectId } = await newProject();

  const lines = await keep({ source: 'file', path: 'src/queue.ts', startLine: 9, endLine: 11 });
  const symbol = await keep({ source: 'symbol', path: 'src/queue.ts', symbol: 'Queue.push' });
  const whole = await keep({ source: 'file', path: 'src/queue.ts' });

  const { blob } = await app.client.codebase.file({ projectId, path: 'src/queue.ts' });
  expect(lines).toMatchObject({
    title: 'src/queue.ts:9-11',
    content: drain,
    category: 'code',
    anchor: { kind: 'file', path: 'src/queue.ts', blob, startLine: 9, endLine: 11, symbol: null, whole: false },
    staleness: { state: 'current', path: 'src/queue.ts', startLine: 9, endLine: 11 },
    cite: `src/queue.ts:9-11@${blob.slice(0, 12)}`,
  });
  expect(symbol).toMatchObject({
    title: 'Queue.push (src/queue.ts)',
    content: '  push(job: string): number {\n    return log(job);\n  }',
    anchor: { symbol: 'Queue.push', startLine: 4, endLine: 6 },
  });
  expect(whole).toMatchObject({ content: queue, anchor: { startLine: 1, endLine: 11, whole: true } });
});

test('when code moves on, each card says how it stands, and is brought up to date where that is certain (D14)', async () => {
  const { keep, projectId, repository } = await newProject();
  const lines = await keep({ source: 'file', path: 'src/queue.ts', startLine: 9, endLine: 11 });
  const symbol = await keep({ source: 'symbol', path: 'src/queue.ts', symbol: 'Queue.push' });
  const whole = await keep({ source: 'file', path: 'src/queue.ts' });
  const renamed = await keep({ source: 'file', path: 'src/log.ts' });
  const gone = await keep({ source: 'file', path: 'old.txt' });
  const head = await keep({ source: 'file', path: 'src/queue.ts', startLine: 1, endLine: 1 });
  await repository.write({
    'src/queue.ts': `// Queues.\n${queue.replace('return log(job)', 'return log(job) + 2').replace("'./log.ts'", "'./logger.ts'")}`,
  });
  await repository.git('mv', 'src/log.ts', 'src/logger.ts');
  await repository.git('rm', '--quiet', 'old.txt');
  await repository.commit('Move on');
  await app.client.codebase.index({ projectId });
  await app.app.jobs.drain();

  const states = new Map((await list(projectId)).map(({ id, staleness, cite }) => [id, { ...staleness, cite }]));
  const { blob } = await app.client.codebase.file({ projectId, path: 'src/queue.ts' });

  expect(states.get(lines.id)).toEqual({
    state: 'moved',
    path: 'src/queue.ts',
    startLine: 10,
    endLine: 12,
    cite: `src/queue.ts:10-12@${blob.slice(0, 12)}`,
  });
  expect(states.get(symbol.id)).toMatchObject({ state: 'changed', startLine: 5, endLine: 7, cite: symbol.cite });
  expect(states.get(whole.id)).toMatchObject({ state: 'changed', startLine: 1, endLine: 12 });
  expect(states.get(renamed.id)).toMatchObject({ state: 'moved', path: 'src/logger.ts' });
  expect(states.get(gone.id)).toMatchObject({ state: 'gone', path: null });
  expect(states.get(head.id)).toMatchObject({ state: 'changed', path: null });

  expect(await refresh(projectId, lines)).toMatchObject({
    title: 'src/queue.ts:10-12',
    content: drain,
    anchor: { blob, startLine: 10, endLine: 12 },
    staleness: { state: 'current' },
  });
  expect((await refresh(projectId, symbol)).content).toContain('return log(job) + 2');
  expect((await refresh(projectId, whole)).content).toContain('// Queues.');
  expect(await refresh(projectId, renamed)).toMatchObject({ anchor: { path: 'src/logger.ts' } });
  for (const card of [gone, head]) {
    await expect(refresh(projectId, card)).rejects.toMatchObject({ code: 'conflict' });
  }
  expect(await refresh(projectId, lines)).toMatchObject({ staleness: { state: 'current' } });
});

test('what codebase does not show is not kept either, in its words (N14)', async () => {
  const { keep } = await newProject();
  const attempts: [NewCard, string][] = [
    [{ source: 'file', path: '.env' }, 'invalid_input'],
    [{ source: 'file', path: 'image.png' }, 'invalid_input'],
    [{ source: 'file', path: 'link' }, 'invalid_input'],
    [{ source: 'file', path: 'src' }, 'not_found'],
    [{ source: 'file', path: '../../etc/passwd' }, 'not_found'],
    [{ source: 'file', path: 'src/queue.ts', startLine: 99 }, 'invalid_input'],
    [{ source: 'file', path: 'large.txt' }, 'invalid_input'],
    [{ source: 'symbol', path: 'src/queue.ts', symbol: 'push' }, 'not_found'],
    [{ source: 'symbol', path: 'twice.ts', symbol: 'A.same' }, 'invalid_input'],
  ];

  for (const [from, code] of attempts) {
    const outcome = await keep(from).then(
      () => 'kept',
      (error: { code: string }) => error.code,
    );
    expect([from, outcome]).toEqual([from, code]);
  }
  await expect(keep({ source: 'file', path: '.env' })).rejects.toMatchObject({
    message: 'This file looks like it holds secrets, so Yudai does not read it.',
  });
});

test('a commit is its message and the names of what it changes, never their contents (D14 N14)', async () => {
  const { keep, repository } = await newProject();
  await repository.write({ '.env': 'PASSWORD=changed\n', 'src/new.ts': 'export const fresh = 1;\n' });
  await repository.commit('Count retries once\n\nThey were counted twice.');
  const sha = await repository.git('rev-parse', 'HEAD');

  const card = await keep({ source: 'commit', sha: sha.slice(0, 10) });

  expect(card).toMatchObject({ title: 'Count retries once', category: 'reference', anchor: { kind: 'commit', sha } });
  expect(card.content).toContain('They were counted twice.');
  expect(card.content).toContain('A src/new.ts');
  expect(card.content).toContain('M .env');
  expect(card.content).not.toMatch(/PASSWORD|fresh/);
  expect(card.readAt).not.toBeNull();
});

test('a file of cards brings them to another project, pinned only where the code has their text (D14)', async () => {
  const from = await newProject();
  await from.keep({ source: 'file', path: 'src/queue.ts', startLine: 9, endLine: 11 });
  await from.keep({ source: 'symbol', path: 'src/queue.ts', symbol: 'Queue.push' });
  await from.keep({ source: 'file', path: 'src/log.ts' });
  await from.keep({ source: 'note', content: 'a note' });
  const { nextCursor, ...file } = await app.client.cards.export({ projectId: from.projectId });
  const to = await newProject({ 'src/queue.ts': `// moved\n${queue}`, 'src/log.ts': 'export const other = 1;\n' });

  const outcome = await app.client.cards.import({ projectId: to.projectId, file });

  const cards = await list(to.projectId);
  const { blob } = await app.client.codebase.file({ projectId: to.projectId, path: 'src/queue.ts' });
  expect(nextCursor).toBeNull();
  expect(outcome).toEqual({ added: 4, unpinned: 1 });
  expect(cards).toMatchObject([
    { source: 'file', anchor: { blob, startLine: 10, endLine: 12 }, staleness: { state: 'current' } },
    { source: 'symbol', anchor: { blob, startLine: 5, endLine: 7, symbol: 'Queue.push' } },
    { source: 'upload', anchor: null, cite: null },
    { source: 'note', anchor: null },
  ]);
});

test('an import claims nothing that is not so: forged places are dropped, other shapes refused (D14 N14)', async () => {
  const { projectId } = await newProject();
  const place = {
    kind: 'file' as const,
    path: 'src/queue.ts',
    blob: 'f'.repeat(40),
    commit: 'x',
    startLine: 9,
    endLine: 11,
  };
  const forged = { title: 'x', content: 'rm -rf /', source: 'file' as const, category: 'code' as const };
  const anchors = [
    { ...place, symbol: null, whole: false },
    { ...place, symbol: 'Queue', whole: true },
    { ...place, path: '../../etc/passwd', symbol: null, whole: false },
    { ...place, path: '.env', symbol: null, whole: false },
    { ...place, startLine: -5, endLine: 1_000_000, symbol: null, whole: false },
    { kind: 'issue' as const, repository: 'evil/repository', number: 1 },
    { kind: 'url' as const, url: 'file:///etc/passwd' },
    { kind: 'commit' as const, sha: '--upload-pack=x' },
  ];
  const file = {
    format: 'yudai-cards' as const,
    version: 1 as const,
    cards: anchors.map((anchor) => ({ ...forged, anchor })),
  };

  const outcome = await app.client.cards.import({ projectId, file });

  expect(outcome).toEqual({ added: anchors.length, unpinned: anchors.length });
  for (const card of await list(projectId)) expect(card).toMatchObject({ source: 'upload', anchor: null, cite: null });
  const send = async (body: unknown) =>
    (
      await app.fetch(`/api/v1/projects/${projectId}/cards/import`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ file: body }),
      })
    ).status;
  const note = { title: 'x', content: 'x', source: 'note', category: 'other', anchor: null };
  expect(await send({ ...file, version: 2, cards: [] })).toBe(422);
  expect(await send({ ...file, cards: [{ ...note, ownerId: 'usr_x' }] })).toBe(422);
  expect(await send({ ...file, cards: [{ ...note, source: 'manual' }] })).toBe(422);
  expect(await send({ ...file, cards: Array.from({ length: 101 }, () => note) })).toBe(422);
  expect(
    await send({ ...file, cards: Array.from({ length: 6 }, () => ({ ...note, content: 'x'.repeat(199_000) })) }),
  ).toBe(413);
});

test('an export comes in pages that an import takes back, in order (D14)', async () => {
  const { projectId, keep } = await newProject();
  for (let index = 0; index < 5; index += 1) await keep({ source: 'note', content: `${index}${'x '.repeat(40_000)}` });

  const titles: string[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const page: Awaited<ReturnType<typeof app.client.cards.export>> = await app.client.cards.export({
      projectId,
      ...(cursor === null ? {} : { cursor }),
    });
    titles.push(...page.cards.map(({ content }) => content.slice(0, 1)));
    cursor = page.nextCursor;
    pages += 1;
  } while (cursor !== null);

  expect(titles).toEqual(['0', '1', '2', '3', '4']);
  expect(pages).toBe(3);
});

async function newProject(files: Record<string, string> = {}) {
  const repository: TestRepository = await makeRepository({
    'src/queue.ts': queue,
    'src/log.ts': 'export const log = (text: string): number => text.length;\n',
    'old.txt': 'what nobody needs\n',
    '.env': 'PASSWORD=secret\n',
    'image.png': Buffer.from([0x89, 0x50, 0, 1]),
    'large.txt': 'a line of text\n'.repeat(20_000),
    'twice.ts':
      'class A { same(): void {} }\nnamespace B { class A { same(): void {} } }\nclass A { same(): void {} }\n',
    ...files,
  });
  onTestFinished(() => repository.remove());
  await repository.git('update-index', '--add', '--cacheinfo', `120000,${await linkBlob(repository)},link`);
  await repository.git('commit', '--quiet', '--message', 'Link');
  await repository.git('checkout', '--quiet', '--', 'link');
  const { project } = await connectAndIndex(app, repository.folder);
  const projectId = project.id;
  const keep = (from: NewCard): Promise<Card> => app.client.cards.create({ projectId, from });
  return { projectId, repository, keep };
}

async function linkBlob(repository: TestRepository): Promise<string> {
  await repository.write({ '.git/link-target': 'src/queue.ts' });
  return repository.git('hash-object', '-w', '.git/link-target');
}

async function list(projectId: Id<'project'>) {
  return (await app.client.cards.list({ projectId })).items;
}

function refresh(projectId: Id<'project'>, { id }: Card): Promise<Card> {
  return app.client.cards.refresh({ projectId, id });
}
