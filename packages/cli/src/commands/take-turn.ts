import type { Answer, ChatMessage, Id, Job, ModelName, Question as JobQuestion } from '@yudai/contract';
import { type AnswerWatch, followAnswer } from '#connection/follow-answer.ts';
import { CliError } from '#exit-codes.ts';
import { createAnswerStream } from '#output/answer-stream.ts';
import type { Session } from '#run-command.ts';

export interface Question {
  readonly sessionId: Id<'session'>;
  readonly text: string;
  readonly attachmentIds?: Id<'attachment'>[];
  readonly model?: ModelName | undefined;
}

interface Listener {
  /** Aborts to end the answer. */
  readonly stop: AbortSignal;
  /** Whether its text is written while it comes. */
  readonly showsText: boolean;
  /** Asks the person what a turn waits for, such as whether it may cost more; null when nobody is there. */
  readonly answer: ((questions: readonly JobQuestion[]) => Promise<Answer[]>) | null;
}

/** How long an answer that was stopped may take to say so. */
const stopMs = 30_000;

/**
 * Asks, shows the answer while it comes, and resolves with it: whole, stopped or failed. A stopped answer keeps what
 * was said.
 */
export async function takeTurn(
  { connection, terminal }: Session,
  question: Question,
  { stop, showsText, answer }: Listener,
): Promise<ChatMessage> {
  const { client } = connection;
  const { sessionId: id, text, attachmentIds = [], model } = question;
  const { cursor } = await client.chat.get({ id, limit: 1 }, { signal: stop });
  const sent = await client.chat.send({ id, text, attachmentIds, ...(model === undefined ? {} : { model }) });
  const asked = { sessionId: id, questionId: sent.message.id, answer: sent.answer, cursor };
  const stream = createAnswerStream(terminal, showsText);
  const watch: Omit<AnswerWatch, 'signal'> = {
    onParts: (parts) => stream.show(parts),
    onWaiting: (job) => answerJob(client, job, answer),
  };
  if (sent.answer === null) terminal.stderr.write('An answer is under way; this question waits for it.\n');
  try {
    return await followAnswer(connection, asked, { ...watch, signal: stop });
  } catch (error) {
    if (!stop.aborted) throw error;
    const isWaiting = sent.answer === null && (await withdraw(client, id, sent.message.id));
    if (isWaiting) throw new CliError('cancelled', 'The question was taken back.');
    await client.chat.stop({ id });
    return await followAnswer(connection, asked, { ...watch, signal: AbortSignal.timeout(stopMs) });
  }
}

/** Takes a question back that nobody has begun to answer; false when it is too late for that. */
async function withdraw(client: Session['connection']['client'], id: Id<'session'>, messageId: Id<'message'>) {
  const { messages } = await client.chat.get({ id, limit: 20 });
  if (messages.some(({ parentId }) => parentId === messageId)) return false;
  return (await client.chat.unqueue({ id, messageId })).removed;
}

async function answerJob(client: Session['connection']['client'], { id }: Pick<Job, 'id'>, answer: Listener['answer']) {
  const { status, questions } = await client.jobs.get({ id });
  // Somebody may have answered elsewhere.
  if (status !== 'waiting_for_input' || questions === null) return;
  if (answer === null) {
    const asked = questions.map(({ text }) => text).join(' ');
    throw new CliError('conflict', `The answer waits for you: ${asked} Run \`yudai jobs answer ${id}\`.`);
  }
  await client.jobs.respond({ id, answers: await answer(questions) });
}
