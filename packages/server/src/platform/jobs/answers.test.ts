import type { Answer, Question } from '@yudai/contract';
import { expect, test } from 'vitest';
import { AppError } from '#kernel/app-error.ts';
import { requireAnswers } from './answers.ts';

const options = ['a', 'b'].map((value) => ({ value, label: value }));
const questions: Record<Question['kind'], Question> = {
  text: { id: 'q', text: 'Say?', kind: 'text' },
  confirm: { id: 'q', text: 'Sure?', kind: 'confirm' },
  choice: { id: 'q', text: 'Which?', kind: 'choice', options },
  choices: { id: 'q', text: 'Which ones?', kind: 'choices', options },
};

const cases: [Question['kind'], Answer['answer'], boolean][] = [
  ['text', 'words', true],
  ['text', '  ', false],
  ['text', true, false],
  ['text', ['a'], false],
  ['confirm', true, true],
  ['confirm', false, true],
  ['confirm', 'yes', false],
  ['choice', 'a', true],
  ['choice', 'c', false],
  ['choice', ['a'], false],
  ['choices', ['a', 'b'], true],
  ['choices', [], true],
  ['choices', ['a', 'a'], false],
  ['choices', ['c'], false],
  ['choices', 'a', false],
];

test.each(cases)('a %s question and the answer %j: fits %s (J7)', (kind, answer, fits) => {
  const respond = () => requireAnswers([questions[kind]], [{ questionId: 'q', answer }]);

  expect(outcomeOf(respond)).toEqual(fits ? [{ questionId: 'q', answer }] : 'invalid_input');
});

function outcomeOf(respond: () => Answer[]): Answer[] | string {
  try {
    return respond();
  } catch (error) {
    return error instanceof AppError ? error.code : 'a defect';
  }
}

test('missing, unknown and doubled answers are named by the question (J7)', () => {
  const respond = () =>
    requireAnswers(
      [questions.text, { ...questions.confirm, id: 'sure' }],
      [
        { questionId: 'q', answer: 'one' },
        { questionId: 'q', answer: 'two' },
        { questionId: 'other', answer: true },
      ],
    );

  expect(respond).toThrow(
    expect.objectContaining({
      details: {
        fields: {
          q: 'This question is answered twice.',
          other: 'This question was not asked.',
          sure: 'This question needs an answer.',
        },
      },
    }),
  );
});
