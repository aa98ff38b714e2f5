import { basename } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { type ChatMessage, type Id, idSchema, modelName, type ModelName, type Project } from '@yudai/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { askQuestions } from '#commands/answer-questions.ts';
import { textFrom } from '#commands/card-sources.ts';
import { requireCardId } from '#commands/choose-card.ts';
import { converse } from '#commands/converse.ts';
import { takeTurn } from '#commands/take-turn.ts';
import { chooseProject } from '#connection/choose-project.ts';
import { chooseSession, lastSession } from '#connection/choose-session.ts';
import { CliError, type ExitCode, exitCodeOf, exitCodes } from '#exit-codes.ts';
import { projectOption, withCommonOptions, withExamples } from '#options.ts';
import type { Answer } from '#output/answer.ts';
import { formatCost, formatDoubts, wordsOf } from '#output/chat-text.ts';
import { coloured, plain } from '#output/style.ts';
import { type Cli, type CommonOptions, type Session, withSession } from '#run-command.ts';
import { type Terminal, wantsColour } from '#terminal.ts';

interface AskOptions extends CommonOptions {
  readonly project?: string;
  readonly session?: string;
  readonly continue?: boolean;
  readonly card: readonly string[];
  readonly file: readonly string[];
  readonly model?: ModelName;
}

const many = (value: string, all: readonly string[]): string[] => [...all, value];

export function addAsk(program: Command, cli: Cli): void {
  const ask = withCommonOptions(program.command('ask'))
    .description('ask DAifu about the code; without a question, talk with it')
    .argument('[question...]', 'what you want to know; without one it is read from stdin, or asked for in a terminal')
    .addOption(projectOption())
    .addOption(
      new Option('-s, --session <session>', 'go on with this conversation, by id or title').conflicts('continue'),
    )
    .option('-c, --continue', 'go on with the last conversation')
    .option('--card <card>', 'a card to give to every turn; may be repeated', many, [])
    .option('-f, --file <file>', 'a text file to attach, - for stdin; may be repeated', many, [])
    .option('--model <model>', 'provider/model, one of those of the role chat', toModelName)
    .action((words: string[], options: AskOptions, command: Command) =>
      withSession(cli, command, async (session) => {
        const cardIds = options.card.map(requireCardId);
        const { terminal } = session;
        const question = await questionOf(words, options, terminal);
        const project = await projectOf(session, options);
        const open = await openSession(session, project, options, cardIds);
        if (question === null) return converse(session, { project, model: options.model, ...open });
        return askOnce(session, open.sessionId ?? (await begin(session, project, cardIds)), question, options);
      }),
    );
  withExamples(
    ask,
    'yudai ask where are retries counted',
    'yudai ask',
    'yudai ask --continue "and who calls it?"',
    'git diff | yudai ask "what does this change?" --file -',
    'yudai ask --card crd_… --model anthropic/claude-sonnet-4-5 "does the code do this?"',
    'yudai ask "what is this?" --json | jq -r .text',
  );
}

function toModelName(text: string): ModelName {
  const parsed = modelName.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('It is not a model, which is named provider/model.');
}

/** What to ask; null when somebody at a terminal is to be asked for it. Throws `bad_request` when there is nobody and nothing. */
async function questionOf(words: readonly string[], options: AskOptions, { stdin }: Terminal): Promise<string | null> {
  const said = words.join(' ').trim();
  if (said !== '' && said !== '-') return said;
  if (said === '' && stdin.isTTY === true && options.json !== true) return null;
  if (options.file.includes('-'))
    throw new CliError('bad_request', 'stdin is attached already: give the question as words.');
  const piped = (await readAll(stdin)).trim();
  if (piped !== '') return piped;
  throw new CliError('bad_request', 'Ask something: yudai ask "where are retries counted".');
}

/** The id of a conversation names its project by itself. */
async function projectOf({ connection, terminal }: Session, options: AskOptions): Promise<Project> {
  const { client } = connection;
  const { signal } = terminal;
  const id = idSchema('session').safeParse(options.session);
  if (!id.success || options.project !== undefined) return chooseProject(client, terminal, options.project);
  const { session } = await client.chat.get({ id: id.data, limit: 1 }, { signal });
  return client.projects.get({ id: session.projectId }, { signal });
}

/** The conversation to go on with, given these cards as well; undefined for a new one. */
async function openSession(
  { connection, terminal }: Session,
  project: Project,
  options: AskOptions,
  cardIds: readonly Id<'card'>[],
): Promise<{ sessionId?: Id<'session'>; cardIds: readonly Id<'card'>[] }> {
  const { client } = connection;
  const { signal } = terminal;
  const place = { client, projectId: project.id, signal };
  if (options.session === undefined && options.continue !== true) return { cardIds };
  const { id } = options.session === undefined ? await lastSession(place) : await chooseSession(place, options.session);
  if (cardIds.length > 0) {
    const { cards } = await client.chat.get({ id, limit: 1 }, { signal });
    const all = new Set([...cards.map((card) => card.id), ...cardIds]);
    await client.chat.selectCards({ id, cardIds: [...all] }, { signal });
  }
  return { sessionId: id, cardIds };
}

/** A new conversation with these cards. */
async function begin({ connection, terminal }: Session, project: Project, cardIds: readonly Id<'card'>[]) {
  const input = { projectId: project.id, cardIds: [...cardIds] };
  return (await connection.client.chat.create(input, { signal: terminal.signal })).id;
}

async function askOnce(
  session: Session,
  sessionId: Id<'session'>,
  text: string,
  { file, model, json }: AskOptions,
): Promise<Answer> {
  const { terminal } = session;
  const attachmentIds = await attach(session, sessionId, file);
  const question = { sessionId, text, attachmentIds, model };
  const message = await takeTurn(session, question, {
    stop: terminal.signal,
    showsText: json !== true,
    answer: terminal.stdin.isTTY === true ? (questions) => askQuestions(questions, terminal) : null,
  });
  if (json !== true) terminal.stderr.write(closingOf(message, terminal));
  const exitCode = exitCodeOfAnswer(message);
  if (message.error !== null && json !== true) {
    terminal.stdout.write('\n');
    throw new CliError(message.error.code, message.error.message);
  }
  return { data: dataOf(message), text: (style) => doubtsBelow(message, style), exitCode };
}

/** Uploads text files for the question. */
async function attach({ connection, terminal }: Session, id: Id<'session'>, files: readonly string[]) {
  const attached: Id<'attachment'>[] = [];
  for (const file of files) {
    const input = { id, name: file === '-' ? 'stdin' : basename(file), text: await textFrom(file, terminal) };
    attached.push((await connection.client.chat.attach(input, { signal: terminal.signal })).id);
  }
  return attached;
}

/** What programs are told of an answer. */
function dataOf(message: ChatMessage) {
  const { sessionId, id, status, citations, model, usage, durationMs, error } = message;
  return { sessionId, messageId: id, status, text: wordsOf(message), citations, model, usage, durationMs, error };
}

/** Citations that do not hold belong to the answer, wherever that is sent. The text itself has been written already. */
function doubtsBelow({ citations }: ChatMessage, style: Parameters<typeof formatDoubts>[1]): string {
  const doubts = formatDoubts(citations, style);
  return doubts.length === 0 ? '' : `\n\n${doubts.join('\n')}`;
}

function closingOf(message: ChatMessage, { stderr, env }: Terminal): string {
  const style = wantsColour(stderr, env) ? coloured : plain;
  const stopped = message.status === 'stopped' ? 'stopped · ' : '';
  return `\n${style('dim', `${stopped}${formatCost(message)}`)}\n`;
}

function exitCodeOfAnswer({ status, error }: ChatMessage): ExitCode {
  if (status === 'stopped') return exitCodes.cancelled;
  if (status !== 'failed') return exitCodes.ok;
  return error === null ? exitCodes.failed : exitCodeOf(error.code);
}
