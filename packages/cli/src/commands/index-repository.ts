import type { Analysis, Id, Job, Project, ProjectSource } from '@yudai/contract';
import type { Command } from 'commander';
import { allProjects, projectOfSource, toSource } from '#connection/choose-project.ts';
import { watchJob } from '#connection/watch-job.ts';
import { CliError, exitCodeOf, exitCodes } from '#exit-codes.ts';
import { withCommonOptions, withExamples } from '#options.ts';
import type { Answer } from '#output/answer.ts';
import { formatAmount, formatBytes, formatCount, formatDuration } from '#output/numbers.ts';
import { createProgressBar } from '#output/progress-bar.ts';
import { safeText } from '#output/safe-text.ts';
import type { Style } from '#output/style.ts';
import { type Cli, type Session, withSession } from '#run-command.ts';

interface IndexOptions {
  readonly ref?: string;
  readonly name?: string;
  readonly tokenEnv?: string;
  readonly wait: boolean;
}

export function addIndex(program: Command, cli: Cli): void {
  const index = withCommonOptions(program.command('index'))
    .description('connect a repository, or index it again, and wait until it is searchable')
    .argument('[source]', 'a folder, an https git URL, or github:owner/name', '.')
    .option('--ref <name>', 'a branch or tag (default: the files as they are in a folder, the default branch of a URL)')
    .option('--name <name>', 'what to call a new project')
    .option('--token-env <variable>', 'the environment variable that holds an access token for a private URL')
    .option('--no-wait', 'only start it (needs a running server)')
    .action((text: string, options: IndexOptions, command: Command) =>
      withSession(cli, command, async (session) => {
        if (!options.wait && session.connection.kind === 'in-process') {
          throw new CliError(
            'bad_request',
            '--no-wait needs a running server (`yudai start`): nobody else would do the work.',
          );
        }
        const token = tokenOf(options, session.terminal.env);
        const { project, job } = await begin(session, toSource(text, session.terminal.cwd), options, token);
        if (!options.wait)
          return {
            data: { project, job },
            text: () => `Started ${job.id}. \`yudai jobs watch ${job.id}\` follows it.`,
          };
        const finished = await watchToTheEnd(session, project.id, job);
        return outcome(session, finished);
      }),
    );
  withExamples(
    index,
    'yudai index',
    'yudai index ~/code/demo --ref main',
    'yudai index https://git.example.org/team/demo.git',
    'yudai index github:acme/private --ref develop',
    'TOKEN=… yudai index https://git.example.org/team/private.git --token-env TOKEN',
    'yudai index . --json | jq .analysis.summary.files',
  );
}

/** Indexes the project of this source again, or connects it when there is none. */
async function begin(
  { connection, terminal }: Session,
  source: ProjectSource,
  options: IndexOptions,
  token: { token?: string },
): Promise<{ project: Project; job: Job }> {
  const { client } = connection;
  const { signal } = terminal;
  const ref = options.ref === undefined ? {} : { ref: options.ref };
  const known = projectOfSource(await allProjects(client, signal), source);
  if (known !== undefined && known.status === 'ready') {
    return { project: known, job: await client.codebase.index({ projectId: known.id, ...ref }, { signal }) };
  }
  if (known !== undefined && known.activeJobId !== null) {
    return { project: known, job: await client.jobs.get({ id: known.activeJobId }, { signal }) };
  }
  // A project whose connection failed has nothing to lose, and its token may have been the reason.
  if (known !== undefined) await client.projects.delete({ id: known.id }, { signal });
  const name = options.name === undefined ? {} : { name: options.name };
  return client.projects.connect({ source, ...name, ...ref, ...token }, { signal });
}

function tokenOf({ tokenEnv }: IndexOptions, env: Session['terminal']['env']): { token?: string } {
  if (tokenEnv === undefined) return {};
  const token = env[tokenEnv]?.trim() ?? '';
  if (token === '') throw new CliError('bad_request', `The environment variable ${tokenEnv} is empty or not set.`);
  return { token };
}

interface Finished {
  readonly job: Job;
  readonly project: Project;
}

/** Connecting hands over to indexing, so the project says whether there is more to wait for. Ctrl+C cancels what runs. */
async function watchToTheEnd(session: Session, projectId: Id<'project'>, first: Job): Promise<Finished> {
  const { client } = session.connection;
  let job = first;
  for (;;) {
    job = await watchOrCancel(session, job);
    const project = await client.projects.get({ id: projectId });
    const next = project.activeJobId;
    if (job.status !== 'completed' || next === null || next === job.id) return { job, project };
    job = await client.jobs.get({ id: next });
  }
}

/** Shows a job's progress until it ends. When the person stops it, the job is cancelled and its end awaited for half a minute. */
export async function watchOrCancel(session: Session, job: Job): Promise<Job> {
  const { connection, terminal } = session;
  const bar = createProgressBar(terminal, safeText(job.title));
  const onProgress = ({ progress, message }: Pick<Job, 'progress' | 'message'>): void =>
    bar.update(progress, message === null ? null : safeText(message));
  try {
    return await watchJob(connection, job.id, { signal: terminal.signal, onProgress });
  } catch (error) {
    if (!terminal.signal.aborted) throw error;
    bar.update(job.progress, 'stopping');
    await connection.client.jobs.cancel({ id: job.id });
    return await watchJob(connection, job.id, { signal: AbortSignal.timeout(30_000), onProgress });
  } finally {
    bar.clear();
  }
}

async function outcome({ connection }: Session, { job, project }: Finished): Promise<Answer> {
  switch (job.status) {
    case 'failed':
      return {
        data: { project, job, analysis: null },
        text: (style) => `${style('red', 'Failed:')} ${safeText(job.error?.message ?? 'no reason was given')}`,
        exitCode: job.error === null ? exitCodes.failed : exitCodeOf(job.error.code),
      };
    case 'cancelled':
      return { data: { project, job, analysis: null }, text: () => 'Cancelled.', exitCode: exitCodes.cancelled };
    case 'waiting_for_input':
      return {
        data: { project, job, analysis: null },
        text: () => `It waits for an answer: \`yudai jobs answer ${job.id}\`.`,
        exitCode: exitCodes.failed,
      };
    case 'queued':
    case 'running':
    case 'completed': {
      const page = await connection.client.codebase.analyses({ projectId: project.id, limit: 1 });
      const analysis = page.items[0] ?? null;
      return { data: { project, job, analysis }, text: (style) => formatAnalysis(project, analysis, style) };
    }
  }
}

function formatAnalysis(project: Project, analysis: Analysis | null, style: Style): string {
  const name = style('bold', safeText(project.name));
  const summary = analysis?.summary ?? null;
  if (analysis === null || summary === null) return `${name} is connected.`;
  const languages = summary.languages
    .slice(0, 6)
    .map(({ language, files }) => `${safeText(language)} ${formatCount(files)}`);
  const skipped = Object.entries(summary.skipped).map(([reason, count]) => `${reason} ${formatCount(count ?? 0)}`);
  const lines = [
    `${name} is indexed: ${formatAmount(summary.indexed, 'file')} of ${formatCount(summary.files)}, ${formatBytes(summary.bytes)}, ` +
      `${formatCount(summary.tokens)} tokens, ${formatAmount(summary.symbols, 'symbol')}, ${formatAmount(summary.imports, 'import')}`,
    style(
      'dim',
      `${formatAmount(summary.parsed, 'file')} parsed in ${formatDuration(summary.ms)}; commit ${(analysis.commit ?? '').slice(0, 12)}`,
    ),
  ];
  if (languages.length > 0) lines.push(style('dim', languages.join(' · ')));
  if (skipped.length > 0) lines.push(style('dim', `Listed but not indexed: ${skipped.join(' · ')}`));
  return lines.join('\n');
}
