import { createInterface, type Interface } from 'node:readline/promises';
import type { Answer as JobAnswer, ChatMessage, Id, ModelName, Project, Question } from '@yudai/contract';
import { ApiError } from '@yudai/contract/client';
import { toAnswers } from '#commands/answer-questions.ts';
import { takeTurn } from '#commands/take-turn.ts';
import { CliError, exitCodes } from '#exit-codes.ts';
import type { Answer } from '#output/answer.ts';
import { formatCost, formatDoubts, formatStatistics } from '#output/chat-text.ts';
import { safeText } from '#output/safe-text.ts';
import { coloured, plain } from '#output/style.ts';
import type { Session } from '#run-command.ts';
import { wantsColour } from '#terminal.ts';

interface Talk {
  readonly project: Project;
  readonly model: ModelName | undefined;
  /** Undefined for a new conversation, which begins with the first question. */
  readonly sessionId?: Id<'session'>;
  readonly cardIds: readonly Id<'card'>[];
}

const help = '/new begins another conversation, /stop ends the answer, /cost says what it has used, /quit leaves.';

/** Asks for questions and shows their answers until the person leaves. Ctrl+C ends an answer under way, and leaves where there is none. */
export async function converse(session: Session, talk: Talk): Promise<Answer> {
  const { terminal } = session;
  const style = wantsColour(terminal.stderr, terminal.env) ? coloured : plain;
  const tell = (line: string): void => void terminal.stderr.write(`${style('dim', line)}\n`);
  const { stdin: input, stderr: output } = terminal;
  const lines = openLines(createInterface({ input, output, terminal: output.isTTY === true, historySize: 500 }));
  let sessionId = talk.sessionId;
  tell(`DAifu knows ${safeText(talk.project.name)}. ${help}`);
  try {
    for (;;) {
      const line = await lines.next(style('cyan', '› '));
      if (line === null || line === '/quit') break;
      if (line === '/new') {
        sessionId = undefined;
        tell('The next question begins a new conversation.');
      } else if (line === '/cost') tell(await costOf(session, sessionId));
      else if (line === '/stop') tell('No answer is under way.');
      else if (line.startsWith('/')) tell(help);
      else if (line !== '') {
        const id = sessionId ?? (await begin(session, talk));
        sessionId = id;
        await lines.during((stop) => answer(session, { sessionId: id, text: line, model: talk.model }, stop));
      }
    }
  } finally {
    lines.close();
  }
  const data = { sessionId: sessionId ?? null };
  const text =
    sessionId === undefined ? 'Nothing was said.' : `\`yudai ask --session ${sessionId}\` goes on with this.`;
  return { data, text: () => text, exitCode: exitCodes.ok };

  async function answer(of: Session, question: Parameters<typeof takeTurn>[1], stop: AbortSignal): Promise<void> {
    try {
      finish(
        await takeTurn(of, question, { stop, showsText: true, answer: (questions) => askHere(lines, questions, tell) }),
      );
    } catch (error) {
      // One question that fails does not end the conversation.
      if (!(error instanceof ApiError || error instanceof CliError)) throw error;
      terminal.stderr.write(`${style('red', 'Error:')} ${safeText(error.message)}\n`);
    }
  }

  function finish(message: ChatMessage): void {
    const doubts = formatDoubts(message.citations, style);
    terminal.stdout.write(doubts.length === 0 ? '\n' : `\n\n${doubts.join('\n')}\n`);
    if (message.error !== null) terminal.stderr.write(`${style('red', 'Error:')} ${safeText(message.error.message)}\n`);
    tell(`${message.status === 'stopped' ? 'stopped · ' : ''}${formatCost(message)}`);
  }
}

async function begin({ connection, terminal }: Session, { project, cardIds }: Talk): Promise<Id<'session'>> {
  const input = { projectId: project.id, cardIds: [...cardIds] };
  return (await connection.client.chat.create(input, { signal: terminal.signal })).id;
}

/** Asks on the lines of the conversation: two readers of one terminal would take each other's keys. */
async function askHere(
  lines: ReturnType<typeof openLines>,
  questions: readonly Question[],
  tell: (line: string) => void,
): Promise<JobAnswer[]> {
  const answers: JobAnswer[] = [];
  for (const question of questions) {
    const options = (question.options ?? []).map(({ value, label }) => `${value} (${label})`).join(', ');
    tell(safeText(options === '' ? question.text : `${question.text} ${options}`));
    const line = await lines.next('? ');
    if (line === null) throw new CliError('cancelled', 'Nothing was answered; the answer still waits.');
    answers.push(...toAnswers([question], [`${question.id}=${line}`]));
  }
  return answers;
}

async function costOf({ connection, terminal }: Session, id: Id<'session'> | undefined): Promise<string> {
  if (id === undefined) return 'Nothing was asked yet.';
  return formatStatistics(await connection.client.chat.statistics({ id }, { signal: terminal.signal }));
}

/** What is typed, line by line. While an answer comes, `/stop` and Ctrl+C end it, and other lines wait for their turn. */
function openLines(reader: Interface) {
  const typed: string[] = [];
  let isClosed = false;
  let stop: AbortController | null = null;
  let arrived = (): void => {};
  reader.on('line', (line) => {
    if (stop !== null && line.trim() === '/stop') stop.abort();
    else typed.push(line.trim());
    arrived();
  });
  reader.on('SIGINT', () => {
    if (stop === null || stop.signal.aborted) reader.close();
    else stop.abort();
  });
  reader.on('close', () => {
    isClosed = true;
    arrived();
  });
  return {
    /** The next line; null when there will be none. */
    async next(prompt: string): Promise<string | null> {
      reader.setPrompt(prompt);
      while (typed.length === 0 && !isClosed) {
        const more = Promise.withResolvers<void>();
        arrived = more.resolve;
        reader.prompt();
        await more.promise;
      }
      return typed.shift() ?? null;
    },
    /** Works while `/stop` and Ctrl+C abort its signal. */
    async during(work: (stop: AbortSignal) => Promise<void>): Promise<void> {
      stop = new AbortController();
      try {
        await work(stop.signal);
      } finally {
        stop = null;
      }
    },
    close: () => reader.close(),
  };
}
