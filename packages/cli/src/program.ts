import { Command, CommanderError } from 'commander';
import { addAsk } from '#commands/ask.ts';
import { addAudit } from '#commands/audit.ts';
import { addCards } from '#commands/cards.ts';
import { addDoctor } from '#commands/doctor.ts';
import { addGraph } from '#commands/graph.ts';
import { addIdeas } from '#commands/ideas.ts';
import { addIndex } from '#commands/index-repository.ts';
import { addIssue } from '#commands/issue.ts';
import { addJobs } from '#commands/jobs.ts';
import { addKeys } from '#commands/keys.ts';
import { addLogin } from '#commands/login.ts';
import { addMcp } from '#commands/mcp.ts';
import { addMembers } from '#commands/members.ts';
import { addModels } from '#commands/models.ts';
import { addPack } from '#commands/pack.ts';
import { addProjects } from '#commands/projects.ts';
import { addSearch } from '#commands/search.ts';
import { addSessions } from '#commands/sessions.ts';
import { addSolve } from '#commands/solve.ts';
import { addSolves } from '#commands/solves.ts';
import { addStart } from '#commands/start.ts';
import { addSymbols } from '#commands/symbols.ts';
import { type ExitCode, exitCodes } from '#exit-codes.ts';
import type { Cli } from '#run-command.ts';
import { withExamples } from '#options.ts';

const ofTheCode = [
  addStart,
  addIndex,
  addSearch,
  addSymbols,
  addGraph,
  addPack,
  addAsk,
  addSessions,
  addCards,
  addIssue,
  addIdeas,
  addSolve,
  addSolves,
  addProjects,
  addJobs,
  addModels,
  addMcp,
];
const ofPeople = [addLogin, addKeys, addMembers, addAudit];

const exitCodeHelp = `
Exit codes:
  0    it worked
  1    it failed
  2    it was called wrongly
  3    what was named does not exist
  4    Yudai, or something it needs, is not available now
  130  it was cancelled

Environment:
  YUDAI_URL   talk to this server instead of the data directory's
  YUDAI_DATA  the data directory
  YUDAI_KEY   an API key, instead of \`yudai login\`
  NO_COLOR    no colour
  \`yudai start --help\` lists the variables of the server.`;

/** The whole command line. Results go to stdout; progress, hints and logs to stderr. */
export function createProgram(cli: Cli): Command {
  const program = new Command('yudai')
    .description('A self-hosted AI software-engineering workbench')
    .helpCommand(false)
    .showHelpAfterError('(--help shows how)')
    .configureOutput({
      writeOut: (text) => void cli.terminal.stdout.write(text),
      writeErr: (text) => void cli.terminal.stderr.write(text),
    })
    .exitOverride();
  for (const add of [...ofTheCode, ...ofPeople, addDoctor]) add(program, cli);
  withExamples(
    program,
    'yudai start',
    'yudai index .',
    'yudai search "where are retries counted"',
    'yudai search --json --file issue.md',
  );
  return program.addHelpText('after', exitCodeHelp);
}

/** Runs one command line (without `node` and the script) and resolves with its exit code. Never throws for what a person did. */
export async function runCli(cli: Cli, args: readonly string[]): Promise<ExitCode> {
  try {
    await createProgram(cli).parseAsync(args, { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    // Commander has said it on stderr already; showing help is its only success that is thrown.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    throw error;
  }
}
