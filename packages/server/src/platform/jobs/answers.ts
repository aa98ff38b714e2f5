import type { Answer, Question } from '@yudai/contract';
import { AppError } from '#kernel/app-error.ts';

/** What is wrong with one answer, by the id of its question. */
export type AnswerProblems = Record<string, string>;

/**
 * Holds answers against their questions: every question answered once unless it is optional, with the type it asks for, and nothing else.
 * Throws `invalid_input` whose `details.fields` say what is wrong with which question.
 */
export function requireAnswers(questions: readonly Question[], answers: readonly Answer[]): Answer[] {
  const problems: AnswerProblems = {};
  const known = new Map(questions.map((question) => [question.id, question]));
  const given = new Map<string, Answer>();
  for (const answer of answers) {
    const question = known.get(answer.questionId);
    if (question === undefined) problems[answer.questionId] = 'This question was not asked.';
    else if (given.has(answer.questionId)) problems[answer.questionId] = 'This question is answered twice.';
    else {
      given.set(answer.questionId, answer);
      const problem = problemOf(question, answer.answer);
      if (problem !== undefined) problems[answer.questionId] = problem;
    }
  }
  for (const [id, { optional }] of known) {
    if (!given.has(id) && optional !== true) problems[id] = 'This question needs an answer.';
  }
  if (Object.keys(problems).length > 0) {
    throw new AppError('invalid_input', 'Some answers do not fit their questions.', { details: { fields: problems } });
  }
  return [...given.values()];
}

function problemOf(question: Question, answer: Answer['answer']): string | undefined {
  const values = new Set(question.options?.map((option) => option.value));
  switch (question.kind) {
    case 'text':
      return typeof answer === 'string' && (question.optional === true || answer.trim() !== '')
        ? undefined
        : 'Write a text.';
    case 'confirm':
      return typeof answer === 'boolean' ? undefined : 'Answer yes or no.';
    case 'choice':
      return typeof answer === 'string' && values.has(answer) ? undefined : 'Choose one of the options.';
    case 'choices':
      return Array.isArray(answer) &&
        answer.every((value) => values.has(value)) &&
        new Set(answer).size === answer.length
        ? undefined
        : 'Choose among the options, each at most once.';
  }
}
