import {
  type Answer as JobAnswer,
  type Id,
  type Job,
  type JobDetail,
  idSchema,
  type JobStatus,
  jobStatuses,
} from '@yudai/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { askQuestions, toAnswers } from '#commands/answer-questions.ts';
import { watchOrCancel } from '#commands/index-repository.ts';
import { chooseProject } from '#connection/choose-project.ts';
import { watchJob } from '#connection/watch-job.ts';
import { CliError, type ExitCode, exitCodeOf, exitCodes } from '#exit-codes.ts';
import { limitOption, projectOption, withCommonOptions, withExamples } from '#options.ts';
import type { Answer } from '#output/answer.ts';
import { formatJob, formatJobs } from '#output/job-text.ts';
import { createProgressBar } from '#output/progress-bar.ts';
import { safeText } from '#output/safe-text.ts';
import { type Cli, type Session, withSession } from '#run-command.ts';

interface ListOptions {
  readonly project?: string;
  readonly status?: JobStatus;
  readonly limit: number;
}

export function addJobs(program: Command, cli: Cli): void {
  const jobs = program.command('jobs').description('the work that goes on behind the doors');

  withCommonOptions(jobs.command('list', { isDefault: true }))
    .description('list jobs, newest first, with the state of the queue')
    .addOption(projectOption())
    .addOption(new Option('-s, --status <status>', 'only these').choices(jobStatuses))
    .addOption(limitOption(100, 20))
    .action((options: ListOptions, command: Command) => withSession(cli, command, (session) => list(session, options)));

  onOneJob(jobs, cli, 'show', 'one job with its steps', async ({ connection, terminal }, id) =>
    jobAnswer(await connection.client.jobs.get({ id }, { signal: terminal.signal })),
  );
  onOneJob(jobs, cli, 'cancel', 'stop a queued or running job', async ({ connection }, id) => {
    const data = await connection.client.jobs.cancel({ id });
    return { data, text: (style) => formatJob(data, style) };
  });
  onOneJob(jobs, cli, 'watch', 'follow a job until it ends; Ctrl+C stops watching, not the job', async (session, id) =>
    watch(session, id),
  );

  const retry = onOneJob(
    jobs,
    cli,
    'retry',
    'start a failed or cancelled job again and wait for it',
    async (session, id) => {
      const job = await session.connection.client.jobs.retry({ id }, { signal: session.terminal.signal });
      return jobAnswer(await watchOrCancel(session, job), true);
    },
  );
  withExamples(retry, 'yudai jobs retry job_01k3…');

  const answer = withCommonOptions(jobs.command('answer'))
    .description('answer the questions a job waits for: asked one by one, or given as question=answer')
    .argument('<job>', 'id of the job', jobId)
    .argument('[answers...]', 'question=answer; several choices with commas; yes or no')
    .action((id: Id<'job'>, given: string[], _options: unknown, command: Command) =>
      withSession(cli, command, (session) => respond(session, id, given)),
    );
  withExamples(
    answer,
    'yudai jobs answer job_01k3…',
    'yudai jobs answer job_01k3… audience=developers stack=node,postgres public=no',
  );
  withExamples(
    jobs,
    'yudai jobs',
    'yudai jobs list --status failed --json',
    'yudai jobs watch job_01k3…',
    'yudai jobs cancel job_01k3…',
  );
}

function onOneJob(
  jobs: Command,
  cli: Cli,
  verb: string,
  description: string,
  work: (session: Session, id: Id<'job'>) => Promise<Answer>,
): Command {
  return withCommonOptions(jobs.command(verb))
    .description(description)
    .argument('<job>', 'id of the job', jobId)
    .action((id: Id<'job'>, _options: unknown, command: Command) =>
      withSession(cli, command, (session) => work(session, id)),
    );
}

function jobId(text: string): Id<'job'> {
  const parsed = idSchema('job').safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('It is not the id of a job, which looks like job_ and 26 characters.');
}

async function list({ connection, terminal }: Session, options: ListOptions): Promise<Answer> {
  const { signal } = terminal;
  const project =
    options.project === undefined
      ? {}
      : { projectId: (await chooseProject(connection.client, terminal, options.project)).id };
  const status = options.status === undefined ? {} : { status: options.status };
  const [page, overview] = await Promise.all([
    connection.client.jobs.list({ limit: options.limit, ...project, ...status }, { signal }),
    connection.client.jobs.overview({}, { signal }),
  ]);
  return { data: { ...page, overview }, text: (style) => formatJobs(page.items, overview, style) };
}

async function watch({ connection, terminal }: Session, id: Id<'job'>): Promise<Answer> {
  const job = await connection.client.jobs.get({ id }, { signal: terminal.signal });
  const bar = createProgressBar(terminal, safeText(job.title));
  try {
    const finished = await watchJob(connection, id, {
      signal: terminal.signal,
      onProgress: ({ progress, message }) => bar.update(progress, message === null ? null : safeText(message)),
    });
    return jobAnswer(finished, true);
  } finally {
    bar.clear();
  }
}

async function respond(session: Session, id: Id<'job'>, given: readonly string[]): Promise<Answer> {
  const { client } = session.connection;
  const { questions } = await client.jobs.get({ id }, { signal: session.terminal.signal });
  if (questions === null) throw new CliError('conflict', 'This job does not wait for an answer.');
  const answers: JobAnswer[] =
    given.length > 0 ? toAnswers(questions, given) : await askQuestions(questions, session.terminal);
  const data = await client.jobs.respond({ id, answers }, { signal: session.terminal.signal });
  return { data, text: (style) => formatJob(data, style) };
}

/** `asOutcome`: the exit code says how the job ended, not only that it was found. */
function jobAnswer(job: Job | JobDetail, asOutcome = false): Answer {
  return { data: job, text: (style) => formatJob(job, style), exitCode: asOutcome ? exitCodeOfJob(job) : exitCodes.ok };
}

function exitCodeOfJob(job: Job): ExitCode {
  if (job.status === 'cancelled') return exitCodes.cancelled;
  if (job.status === 'failed') return job.error === null ? exitCodes.failed : exitCodeOf(job.error.code);
  return exitCodes.ok;
}
