import type { Command } from 'commander';
import { setTimeout } from 'node:timers/promises';
import { connect } from '#connection/connect.ts';
import type { Connection, Whereabouts } from '#connection/connection.ts';
import type { Wait } from '#connection/device-sign-in.ts';
import { openBrowser } from '#connection/open-browser.ts';
import { type ExitCode, exitCodes } from '#exit-codes.ts';
import { type Answer, printAnswer, printFailure } from '#output/answer.ts';
import type { Terminal } from '#terminal.ts';

/** What every command is given: the world, the way to Yudai, and where its exit code goes. */
export interface Cli {
  readonly terminal: Terminal;
  readonly open: (terminal: Terminal, where: Whereabouts) => Promise<Connection>;
  /** Lets time pass between two questions. */
  readonly wait: Wait;
  readonly browse: (url: string) => void;
  exitCode: ExitCode;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly data?: string;
}

export interface Session {
  readonly connection: Connection;
  readonly terminal: Terminal;
}

export function createCli(terminal: Terminal, world: Partial<Pick<Cli, 'open' | 'wait' | 'browse'>> = {}): Cli {
  const wait: Wait = (ms, signal) => setTimeout(ms, undefined, { signal });
  return { terminal, open: connect, wait, browse: openBrowser, ...world, exitCode: exitCodes.ok };
}

/**
 * Connects, lets the command find its answer, prints it and takes the connection down, whatever happens. `token` shows who asks instead of
 * what is in the environment or was kept; null is nobody.
 */
export async function withSession(
  cli: Cli,
  command: Command,
  work: (session: Session) => Promise<Answer>,
  token: () => Promise<string | null | undefined> = async () => undefined,
): Promise<void> {
  const options = command.optsWithGlobals<CommonOptions>();
  await answering(cli, options, async () => {
    const connection = await cli.open(cli.terminal, { url: options.url, data: options.data, token: await token() });
    try {
      return await work({ connection, terminal: cli.terminal });
    } finally {
      await connection.close();
    }
  });
}

/** Prints the answer of a command that needs no connection, or its failure. */
export function answering(cli: Cli, options: CommonOptions, work: () => Promise<Answer>): Promise<void> {
  return guarding(cli, options, async () => printAnswer(cli.terminal, await work(), options.json === true));
}

/** Keeps the exit code of the work; a failure is said in words, and a cancelled command says nothing more. */
export async function guarding(cli: Cli, options: CommonOptions, work: () => Promise<ExitCode>): Promise<void> {
  try {
    cli.exitCode = await work();
  } catch (error) {
    const { terminal } = cli;
    cli.exitCode = terminal.signal.aborted
      ? exitCodes.cancelled
      : await printFailure(terminal, error, options.json === true);
  }
}
