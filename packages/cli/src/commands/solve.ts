import { coderAgents, solveGates, solveLimits } from '@yudai/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { chooseIssue } from '#commands/choose-issue.ts';
import { solveOnServer, type SolveWishes } from '#commands/solve-on-server.ts';
import { projectOption, wholeNumber, withCommonOptions, withExamples } from '#options.ts';
import { type Cli, withSession } from '#run-command.ts';

export function addSolve(program: Command, cli: Cli): void {
  const solve = withCommonOptions(program.command('solve'))
    .description(
      'have an issue solved in a sandbox: a plan, failing tests, a change until they pass, and what shows it',
    )
    .argument('<issue>', 'id, number on GitHub or title')
    .addOption(projectOption())
    .addOption(new Option('--gate <when>', 'when you have to agree').choices(solveGates))
    .addOption(new Option('--aim <aim>', 'as small a change as will do, or the best').choices(['small', 'best']))
    .addOption(
      new Option('--steps <number>', 'calls of the model in each stage').argParser(wholeNumber(1, solveLimits.steps)),
    )
    .addOption(new Option('--minutes <number>', 'how long it may run').argParser(wholeNumber(1, solveLimits.minutes)))
    .addOption(new Option('--budget <dollars>', 'after which it asks').argParser(dollars))
    .option('--model <models...>', `who writes the code; several (at most ${solveLimits.attempts}) try side by side`)
    .addOption(new Option('--agent <agent>', 'another agent writes the code, in the same sandbox').choices(coderAgents))
    .option('--detach', 'come back at once (needs a running server)')
    .action((named: string, options: SolveWishes & { project?: string }, command: Command) =>
      withSession(cli, command, async (session) => {
        const issue = await chooseIssue(session, options.project, named);
        return await solveOnServer(session, issue, options);
      }),
    );
  withExamples(
    solve,
    'yudai solve iss_…',
    'yudai solve 412 --gate every_stage',
    'yudai solve 412 --gate none --budget 2 --detach',
    'yudai solve 412 --model openai/gpt-5-mini anthropic/claude-sonnet-4-5',
  );
}

function dollars(text: string): number {
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && value <= 1000) return value;
  throw new InvalidArgumentError('It must be a number of dollars up to 1000.');
}
