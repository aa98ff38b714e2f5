import { idSchema } from '@yudai/contract';
import { expect, test } from 'vitest';
import { documentFrom, idsOf } from '#features/issues/draft/draft-source.ts';
import type { DraftSource } from '#features/issues/draft/draft-source.ts';

const zeros = '0'.repeat(26);
const message: DraftSource = {
  kind: 'message',
  id: idSchema('message').parse(`msg_${zeros}`),
  title: 'Retries',
  detail: '',
  text: '\n  Retries count twice.\n\nSee the queue.',
};
const session: DraftSource = {
  kind: 'session',
  id: idSchema('session').parse(`ses_${zeros}`),
  title: 'About retries',
  detail: '',
};
const card: DraftSource = {
  kind: 'card',
  id: idSchema('card').parse(`crd_${zeros}`),
  title: 'retry',
  detail: '',
  cite: 'a.ts:1-2@0123456789ab',
};
const note: DraftSource = {
  ...card,
  id: idSchema('card').parse(`crd_1${zeros.slice(1)}`),
  title: 'A note',
  cite: null,
};

test('what is chosen is given by its ids (F1)', () => {
  expect(idsOf([message, session, card, note])).toEqual({
    messageId: message.id,
    sessionId: session.id,
    cardIds: [card.id, note.id],
  });
  expect(idsOf([])).toEqual({ cardIds: [] });
});

test('an issue by hand begins with what is there: own words before those it is about, places of cards as evidence (F7)', () => {
  expect(documentFrom('Count once\nplease', [message, card, note])).toEqual({
    title: 'Count once',
    problem: 'Count once\nplease',
    evidence: [{ cite: 'a.ts:1-2@0123456789ab', note: 'retry' }],
  });
  expect(documentFrom(' ', [message])).toEqual({
    title: 'Retries count twice.',
    problem: '\n  Retries count twice.\n\nSee the queue.',
    evidence: [],
  });
  expect(documentFrom('', [session]).title).toBe('About retries');
  expect(documentFrom('', []).title).toBe('New issue');
});

test('a title is one line that fits', () => {
  const { title } = documentFrom(`${'long '.repeat(60)}\nsecond`, []);

  expect(title).toHaveLength(120);
  expect(title.endsWith('…')).toBe(true);
});
