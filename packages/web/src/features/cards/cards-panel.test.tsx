import { cardHead, type CardHead, type CardStaleness, type Project } from '@yudai/contract';
import { act } from 'react';
import { expect, test } from 'vitest';
import { CardsPanel } from '#features/cards/cards-panel.tsx';
import { KeepButton } from '#features/cards/keep-button.tsx';
import { authStatusQuery } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { render } from '#testing/render.tsx';
import { projectAs, signedIn, somebodyElse } from '#testing/samples.ts';

const at = '2026-11-21T10:00:00.000Z';
const moved: CardStaleness = { state: 'moved', path: 'a.ts', startLine: 7, endLine: 9 };
const gone: CardStaleness = { state: 'gone', path: null, startLine: null, endLine: null };

function cardOf(index: number, changes: Partial<CardHead> = {}): CardHead {
  const parsed = cardHead.parse({
    id: `crd_${String(index).padStart(26, '0')}`,
    projectId: projectAs('owner').id,
    ownerId: somebodyElse,
    visibility: 'project',
    sessionId: null,
    title: `Card ${index}`,
    source: 'file',
    category: 'code',
    anchor: {
      kind: 'file',
      path: 'a.ts',
      blob: 'b'.repeat(40),
      commit: 'c'.repeat(40),
      startLine: 1,
      endLine: 3,
      symbol: null,
      whole: false,
    },
    staleness: { state: 'current', path: 'a.ts', startLine: 1, endLine: 3 },
    tokens: 1234,
    cite: 'a.ts:1-3@bbbbbbbbbbbb',
    excerpt: '<img src=x onerror=alert(1)>',
    readAt: at,
    createdAt: at,
    updatedAt: at,
  });
  return { ...parsed, ...changes };
}

function show(project: Project, cards: CardHead[]) {
  const parts = (
    <>
      <KeepButton projectId={project.id} from={{ source: 'file', path: 'a.ts' }} label="Keep the file as a card" />
      <CardsPanel projectId={project.id} onOpen={() => {}} />
    </>
  );
  return render(parts, (queries) => {
    queries.setQueryData(authStatusQuery.queryKey, signedIn());
    queries.setQueryData(api.projects.get.queryKey({ input: { id: project.id } }), project);
    const key = api.cards.list.infiniteKey({
      input: () => ({ projectId: project.id }),
      initialPageParam: undefined as string | undefined,
    });
    const total = { cards: cards.length, tokens: cards.reduce((sum, { tokens }) => sum + tokens, 0) };
    queries.setQueryData(key, { pages: [{ items: cards, nextCursor: null, total }], pageParams: [undefined] });
  });
}

test('the cards, their tokens and their sum are shown, and their text as text (D14 N15)', async () => {
  const { text } = await show(projectAs('member'), [cardOf(1), cardOf(2, { tokens: 6 })]);

  expect(text()).toContain('2 cards · 1,240 tokens');
  expect(text()).toContain('Card 1');
  expect(text()).toContain('<img src=x onerror=alert(1)>');
  expect(document.querySelector('.card-list img')).toBeNull();
});

test('a member is offered to bring a card up to date where that is certain; of a lost one it is said (D14)', async () => {
  const { buttons, text } = await show(projectAs('member'), [
    cardOf(1, { staleness: moved }),
    cardOf(2, { staleness: gone }),
  ]);

  expect(buttons()).toContain('moved: The same text is at a.ts:7-9 now. Pin the card there: Card 1');
  expect(buttons().filter((name) => name.startsWith('gone'))).toEqual([]);
  expect(text()).toContain('gone');
});

test('a viewer reads the cards and is offered nothing that changes them (B10 D14)', async () => {
  const cards = [cardOf(1, { staleness: moved })];
  const viewer = await show(projectAs('viewer'), cards);

  expect(viewer.text()).toContain('Card 1');
  expect(viewer.text()).toContain('moved');
  expect(viewer.buttons()).toEqual(['Save the cards', 'Card 1', 'Actions for Card 1']);
  expect(document.querySelectorAll('input[type="checkbox"]')).toHaveLength(0);
  expect(document.querySelector('[draggable="true"]')).toBeNull();
});

test('cards are picked to draft an issue from, and what is picked is counted (F1 D14)', async () => {
  const member = await show(projectAs('member'), [cardOf(1), cardOf(2), cardOf(3, { tokens: 6 })]);
  const boxes = document.querySelectorAll<HTMLInputElement>('input[type="checkbox"]');

  await act(async () => {
    boxes[0]?.click();
    boxes[2]?.click();
  });
  expect(member.text()).toContain('2 picked · 1,240 tokens');
  expect(member.buttons()).toContain('Draft an issue');
  await act(async () => boxes[0]?.click());
  expect(member.text()).toContain('1 picked · 6 tokens');
});

test('without cards the panel says how to keep something, to who may (D14)', async () => {
  const member = await show(projectAs('member'), []);
  const viewer = await show(projectAs('viewer'), []);

  expect(member.text()).toContain('Keep a file, its selected lines or a definition');
  expect(member.buttons()).toEqual(['Keep the file as a card', 'Add a card']);
  expect(viewer.text()).toContain('Members of the project keep');
});
