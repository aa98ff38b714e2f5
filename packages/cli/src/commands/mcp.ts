import type { Command } from 'commander';
import { chooseProject } from '#connection/choose-project.ts';
import { CliError, exitCodes } from '#exit-codes.ts';
import { projectOption, withCommonOptions, withExamples } from '#options.ts';
import { type Cli, type CommonOptions, guarding, type Session } from '#run-command.ts';

interface McpOptions extends CommonOptions {
  readonly project?: string;
}

export function addMcp(program: Command, cli: Cli): void {
  const mcp = withCommonOptions(program.command('mcp'))
    .description(
      'lets other agents search, read and keep cards through this command (Model Context Protocol on stdin and stdout)',
    )
    .addOption(projectOption())
    .action((options: McpOptions) => guarding(cli, options, () => serve(cli, options)));
  withExamples(
    mcp,
    'claude mcp add yudai -- yudai mcp',
    'codex mcp add yudai -- yudai mcp --project my-app',
    'yudai mcp --url https://yudai.example.org',
  );
}

/** Answers until the agent closes its end. Nothing but the protocol is written to stdout. */
async function serve(cli: Cli, options: McpOptions) {
  const { terminal } = cli;
  const [{ serveOnStreams }, connection] = await Promise.all([
    import('@yudai/mcp'),
    cli.open(terminal, { url: options.url, data: options.data }),
  ]);
  try {
    const { client } = connection;
    const { version } = await client.system.info({}, { signal: terminal.signal });
    const projectId = await projectOf({ connection, terminal }, options.project);
    const onDefect = (error: unknown): void => void terminal.stderr.write(`${wordsOf(error)}\n`);
    await serveOnStreams({ client, version, projectId, onDefect }, terminal, terminal.signal);
    return exitCodes.ok;
  } finally {
    await connection.close();
  }
}

/** The project of this folder; none where it has none, for then every call says which it means. */
async function projectOf({ connection, terminal }: Session, named: string | undefined): Promise<string | undefined> {
  try {
    return (await chooseProject(connection.client, terminal, named)).id;
  } catch (error) {
    if (named === undefined && error instanceof CliError && error.code === 'not_found') return undefined;
    throw error;
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
