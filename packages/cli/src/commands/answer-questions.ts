import { confirm, multiselect, select, text } from '@clack/prompts';
import type { Answer, Question } from '@yudai/contract';
import { CliError } from '#exit-codes.ts';
import { safeText } from '#output/safe-text.ts';
import type { Terminal } from '#terminal.ts';

/** Turns `question=answer` words into answers. Throws `bad_request` for an unknown question or an answer of the wrong kind. */
export function toAnswers(questions: readonly Question[], given: readonly string[]): Answer[] {
  return given.map((word) => {
    const [, questionId = '', value = ''] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
    const question = questions.find(({ id }) => id === questionId);
    if (question === undefined) {
      const known = questions.map(({ id }) => id).join(', ');
      throw new CliError(
        'bad_request',
        `"${word}" answers no question. Write question=answer; the questions are: ${known}.`,
      );
    }
    return { questionId, answer: toValue(question, value) };
  });
}

function toValue(question: Question, value: string): Answer['answer'] {
  switch (question.kind) {
    case 'text':
      return value;
    case 'confirm':
      if (/^(yes|y|true)$/i.test(value)) return true;
      if (/^(no|n|false)$/i.test(value)) return false;
      throw new CliError('bad_request', `${question.id} is answered with yes or no.`);
    case 'choice':
      return oneOf(question, value);
    case 'choices':
      return value.split(',').map((part) => oneOf(question, part.trim()));
  }
}

function oneOf(question: Question, value: string): string {
  const values = (question.options ?? []).map((option) => option.value);
  if (values.includes(value)) return value;
  throw new CliError('bad_request', `${question.id} is answered with one of: ${values.join(', ')}.`);
}

/** Asks a person, one question after the other. Throws `cancelled` when they leave. */
export async function askQuestions(questions: readonly Question[], terminal: Terminal): Promise<Answer[]> {
  if (terminal.stdin.isTTY !== true) {
    throw new CliError(
      'bad_request',
      ['Nobody is here to ask. Give the answers:', ...questions.map(exampleOf)].join('\n  '),
    );
  }
  const answers: Answer[] = [];
  for (const question of questions) {
    const answer = await ask(question, terminal);
    if (typeof answer === 'symbol') throw new CliError('cancelled', 'Nothing was answered; the job still waits.');
    answers.push({ questionId: question.id, answer });
  }
  return answers;
}

/** How a question is answered on the command line. */
function exampleOf({ id, kind, text: asked, options, optional }: Question): string {
  const values =
    kind === 'confirm' ? 'yes|no' : (options ?? []).map(({ value }) => value).join(kind === 'choices' ? ',' : '|');
  return `${id}=${values === '' ? '…' : values}${optional === true ? ' (can be left out)' : ''}  ${safeText(asked)}`;
}

function ask(question: Question, { stderr: output }: Terminal): Promise<Answer['answer'] | symbol> {
  const message = safeText(question.why === undefined ? question.text : `${question.text} (${question.why})`);
  const options = (question.options ?? []).map(({ value, label, detail }) => ({
    value,
    label: safeText(label),
    ...(detail === undefined ? {} : { hint: safeText(detail) }),
  }));
  switch (question.kind) {
    case 'text':
      return text({ message, output });
    case 'confirm':
      return confirm({ message, output });
    case 'choice':
      return select({ message, options, output });
    case 'choices':
      return multiselect({ message, options, output });
  }
}
