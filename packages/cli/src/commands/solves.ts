import { type AgentStage, agentStages, type Id, idSchema, type SolveOutcome, solveOutcomes } from '@yudai/contract';
import { type Command, Option } from 'commander';
import { textFrom } from '#commands/card-sources.ts';
import { followWork } from '#commands/follow-work.ts';
import { followSolve, requireServer } from '#commands/solve-on-server.ts';
import { chooseProject } from '#connection/choose-project.ts';
import { CliError } from '#exit-codes.ts';
import { limitOption, projectOption, wholeNumber, withCommonOptions, withExamples } from '#options.ts';
import type { Answer } from '#output/answer.ts';
import { safeText } from '#output/safe-text.ts';
import { formatHealth, formatSolve, formatSolves, formatStatistics } from '#output/solve-text.ts';
import { type Cli, type Session, withSession } from '#run-command.ts';

interface Of {
  readonly projectId: Id<'project'>;
  readonly id: Id<'solve'>;
}

export function addSolves(program: Command, cli: Cli): void {
  const solves = program
    .command('solves')
    .description('solves of issues: how they go, what they change, their pull requests');
  addList(solves, cli);
  addLooking(solves, cli);
  addFiles(solves, cli);
  addTalking(solves, cli);
  addContinue(solves, cli);
  addPublish(solves, cli);
  withExamples(
    solves,
    'yudai solves',
    'yudai solves show slv_…',
    'yudai solves patch slv_… | git apply',
    'yudai solves continue slv_… --note "keep the old name as an alias"',
    'yudai solves preview slv_… && yudai solves publish slv_…',
    'yudai solves export slv_… --format traj > solve.traj',
  );
}

/** A command about one solve, which is named by its id. */
function aboutSolve<O extends object>(
  solves: Command,
  cli: Cli,
  how: { readonly name: string; readonly description: string; readonly extend?: (command: Command) => Command },
  work: (session: Session, of: Of, options: O, words: readonly string[]) => Promise<Answer>,
): void {
  const command = withCommonOptions(solves.command(how.name))
    .description(how.description)
    .argument('<solve>', 'its id')
    .addOption(projectOption());
  (how.extend?.(command) ?? command).action(() => {
    const options = command.opts<O & { project?: string }>();
    const [named = '', ...words] = command.args;
    return withSession(cli, command, async (session) => {
      const id = idSchema('solve').safeParse(named);
      if (!id.success) {
        throw new CliError('bad_request', `"${named}" is not the id of a solve. \`yudai solves\` lists them.`);
      }
      const project = await chooseProject(session.connection.client, session.terminal, options.project);
      return await work(session, { projectId: project.id, id: id.data }, options, words);
    });
  });
}

function addList(solves: Command, cli: Cli): void {
  withCommonOptions(solves.command('list', { isDefault: true }))
    .description('list solves, newest first')
    .addOption(projectOption())
    .addOption(limitOption(100, 50))
    .addOption(new Option('-o, --outcome <outcome>', 'only these').choices(solveOutcomes))
    .action((options: { project?: string; limit: number; outcome?: SolveOutcome }, command: Command) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const project = await chooseProject(connection.client, terminal, options.project);
        const { limit, outcome } = options;
        const input = { projectId: project.id, limit, ...(outcome === undefined ? {} : { outcome }) };
        const data = await connection.client.solver.list(input, { signal: terminal.signal });
        return { data, text: (style) => formatSolves(data, style) };
      }),
    );
}

function addLooking(solves: Command, cli: Cli): void {
  aboutSolve(
    solves,
    cli,
    { name: 'show', description: 'one solve: how it ended, what shows it, what it changes' },
    async (session, of) => {
      const data = await session.connection.client.solver.get(of);
      return { data, text: (style) => formatSolve(data, style) };
    },
  );
  for (const [name, description] of [
    ['statistics', 'what solving has brought and cost'],
    ['health', 'whether solving works here, its limits, and which agents are there'],
  ] as const) {
    withCommonOptions(solves.command(name))
      .description(description)
      .addOption(projectOption())
      .action((options: { project?: string }, command: Command) =>
        withSession(cli, command, async ({ connection, terminal }) => {
          const { id: projectId } = await chooseProject(connection.client, terminal, options.project);
          if (name === 'statistics') {
            const data = await connection.client.solver.statistics({ projectId });
            return { data, text: () => formatStatistics(data) };
          }
          const data = await connection.client.solver.health({ projectId });
          return { data, text: (style) => formatHealth(data, style) };
        }),
      );
  }
}

function addFiles(solves: Command, cli: Cli): void {
  aboutSolve(solves, cli, { name: 'patch', description: 'the whole change, for `git apply`' }, async (session, of) => {
    const data = await session.connection.client.solver.patch(of);
    // For programs, so as it is; a terminal shows it like `git diff` in a pipe.
    return { data, text: () => (session.terminal.stdout.isTTY === true ? safeText(data.text) : data.text) };
  });
  aboutSolve<{ format: 'json' | 'traj' }>(
    solves,
    cli,
    {
      name: 'export',
      description: 'all that was said and done, as a file',
      extend: (command) =>
        command.addOption(
          new Option('--format <format>', '`json` is everything, `traj` is for viewers of SWE-agent')
            .choices(['json', 'traj'])
            .default('json'),
        ),
    },
    async (session, of, { format }) => {
      const data = await session.connection.client.solver.export({ ...of, format });
      return { data, text: () => (session.terminal.stdout.isTTY === true ? safeText(data.text) : data.text) };
    },
  );
}

function addTalking(solves: Command, cli: Cli): void {
  aboutSolve<{ interrupt?: boolean }>(
    solves,
    cli,
    {
      name: 'say',
      description: 'tell the agents something while they work',
      extend: (command) =>
        command
          .argument('<text>', 'what they should know; - reads stdin')
          .option('--interrupt', 'end what runs now, so that it is read at once'),
    },
    async ({ connection, terminal }, of, { interrupt }, [text = '']) => {
      const mode = interrupt === true ? 'interrupt' : 'steer';
      const said = text === '-' ? await textFrom('-', terminal) : text;
      const data = await connection.client.solver.say({ ...of, mode, text: said });
      const when = mode === 'interrupt' ? 'What ran was ended; it is read now.' : 'It will be read at the next step.';
      return { data, text: () => when };
    },
  );
  aboutSolve(solves, cli, { name: 'cancel', description: 'stop it, with everything it runs' }, async (session, of) => {
    const data = await session.connection.client.solver.cancel(of);
    return { data, text: (style) => formatSolve(data, style) };
  });
  aboutSolve(solves, cli, { name: 'remove', description: 'delete one that has ended' }, async (session, of) => {
    const data = await session.connection.client.solver.remove(of);
    return { data, text: () => `${data.id} is deleted.` };
  });
}

function addContinue(solves: Command, cli: Cli): void {
  aboutSolve<{ from?: AgentStage; note?: string; fresh?: boolean; detach?: boolean }>(
    solves,
    cli,
    {
      name: 'continue',
      description: 'go on from one that has ended: another go at a stage, or with a note',
      extend: (command) =>
        command
          .addOption(
            new Option('--from <stage>', 'where to begin; as far as it has come unless told').choices(agentStages),
          )
          .option('--note <text>', 'what should be different')
          .option('--fresh', 'without what the coder changed before')
          .option('--detach', 'come back at once (needs a running server)'),
    },
    async (session, of, { from, note, fresh, detach }) => {
      if (detach === true) requireServer(session);
      const more = note === undefined ? {} : { note };
      const started = await session.connection.client.solver.continue({
        ...of,
        ...(from === undefined ? {} : { from }),
        keepChange: fresh !== true,
        ...more,
      });
      return await followSolve(session, started, detach === true);
    },
  );
  aboutSolve(
    solves,
    cli,
    {
      name: 'choose',
      description: 'of several attempts, take another',
      extend: (command) => command.argument('<attempt>', 'its number', wholeNumber(1, 3)),
    },
    async (session, of, _options, [attempt]) => {
      const data = await session.connection.client.solver.choose({ ...of, attempt: Number(attempt) });
      return { data, text: (style) => formatSolve(data, style) };
    },
  );
}

function addPublish(solves: Command, cli: Cli): void {
  aboutSolve(solves, cli, { name: 'preview', description: 'what the pull request would say' }, async (session, of) => {
    const data = await session.connection.client.solver.preview(of);
    const where = data.refusal ?? `${data.repository ?? ''}: ${data.branch} → ${data.base ?? ''}`;
    return { data, text: () => safeText(`${where}\n\n${data.title}\n\n${data.body}`) };
  });
  aboutSolve<{ title?: string }>(
    solves,
    cli,
    {
      name: 'publish',
      description: 'push the change and open a draft pull request, one however often this is asked',
      extend: (command) => command.option('--title <title>', 'another title'),
    },
    async (session, of, { title }) => {
      const { client } = session.connection;
      const { job } = await client.solver.publish({ ...of, ...(title === undefined ? {} : { title }) });
      if (job !== null) await followWork(session, job);
      const data = await client.solver.get(of);
      return { data, text: () => safeText(data.pullRequest?.url ?? '') };
    },
  );
}
