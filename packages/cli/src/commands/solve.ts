import { coderAgents, solveGates, solveLimits } from '@yudai/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { chooseIssue } from '#commands/choose-issue.ts';
import { type LocalOptions, solveLocal } from '#commands/solve-local.ts';
import { solveOnServer, type SolveWishes } from '#commands/solve-on-server.ts';
import { CliError } from '#exit-codes.ts';
import { projectOption, wholeNumber, withCommonOptions, withExamples } from '#options.ts';
import { type Cli, withSession } from '#run-command.ts';

export function addSolve(program: Command, cli: Cli): void {
  const solve = withCommonOptions(program.command('solve'))
    .description(
      'have an issue solved in a sandbox: a plan, failing tests, a change until they pass, and what shows it',
    )
    .argument('[issue]', 'id, number on GitHub or title; with --local its text, or a file with it')
    .addOption(projectOption().conflicts('local'))
    .addOption(new Option('--gate <when>', 'when you have to agree').choices(solveGates))
    .addOption(new Option('--aim <aim>', 'as small a change as will do, or the best').choices(['small', 'best']))
    .addOption(
      new Option('--steps <number>', 'calls of the model in each stage').argParser(wholeNumber(1, solveLimits.steps)),
    )
    .addOption(new Option('--minutes <number>', 'how long it may run').argParser(wholeNumber(1, solveLimits.minutes)))
    .addOption(
      new Option('--budget <dollars>', 'after which it asks, or with --local and nobody to ask stops').argParser(
        dollars,
      ),
    )
    .option('--model <models...>', `who writes the code; several (at most ${solveLimits.attempts}) try side by side`)
    .addOption(
      new Option('--agent <agent>', 'another agent writes the code, in the same sandbox')
        .choices(coderAgents)
        .conflicts('local'),
    )
    .option('--local [folder]', 'solve it here, without a server: of this folder, which stays as it is')
    .option('--issue <issue>', 'with --local: the text of the issue, or a file with it; - reads stdin')
    .option('--patch <file>', 'with --local: where the change is written; - prints it')
    .option('--yes', 'with --local: agree to everything that is asked')
    .addOption(new Option('--detach', 'come back at once (needs a running server)').conflicts('local'))
    .action((named: string | undefined, options: SolveOptions, command: Command) => {
      if (named !== undefined && options.issue !== undefined)
        return command.error('error: name the issue once, as an argument or with --issue');
      if (options.local !== undefined)
        return solveLocal(cli, named ?? options.issue, { ...options, local: options.local }, command);
      const local = (['issue', 'patch', 'yes'] as const).find((name) => options[name] !== undefined);
      if (local !== undefined) return command.error(`error: --${local} goes with --local`);
      return withSession(cli, command, async (session) => {
        if (named === undefined)
          throw new CliError('bad_request', 'Name an issue, or solve one of a folder with --local.');
        const issue = await chooseIssue(session, options.project, named);
        return await solveOnServer(session, issue, options);
      });
    });
  withExamples(
    solve,
    'yudai solve iss_…',
    'yudai solve 412 --gate every_stage',
    'yudai solve 412 --gate none --budget 2 --detach',
    'yudai solve --local . --issue issue.md --patch change.patch',
    'yudai solve 412 --model openai/gpt-5-mini anthropic/claude-sonnet-4-5',
  );
}

type SolveOptions = SolveWishes & Partial<LocalOptions> & { readonly project?: string; readonly issue?: string };

function dollars(text: string): number {
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && value <= 1000) return value;
  throw new InvalidArgumentError('It must be a number of dollars up to 1000.');
}
