import { check as checkSchema, errorBody, type Health, health as healthSchema } from '@yudai/contract';
import type { Command } from 'commander';
import type { Connection } from '#connection/connection.ts';
import { readConfig, serverEnvironment } from '#connection/open-in-process.ts';
import { exitCodes } from '#exit-codes.ts';
import { withCommonOptions, withExamples } from '#options.ts';
import type { Style } from '#output/style.ts';
import { formatTable } from '#output/table.ts';
import { answering, type Cli, type CommonOptions } from '#run-command.ts';

type Check = Health['checks'][number];

export function addDoctor(program: Command, cli: Cli): void {
  const doctor = withCommonOptions(program.command('doctor'))
    .description('look at everything Yudai needs and say what is wrong, and what to do')
    .action((options: CommonOptions) =>
      answering(cli, options, async () => {
        const application = await applicationChecks(cli, options);
        // A server knows better than this shell what it was started with.
        const told = new Set(application.map(({ name }) => name));
        const machine = (await machineChecks(cli, options)).filter(({ name }) => !told.has(name));
        const checks = [...machine, ...application];
        const isWell = checks.every((check) => check.status !== 'down');
        return {
          data: { ok: isWell, checks },
          text: (style) => formatChecks(checks, style),
          exitCode: isWell ? exitCodes.ok : exitCodes.failed,
        };
      }),
    );
  withExamples(doctor, 'yudai doctor', 'yudai doctor --json | jq .ok');
}

const statusOf = { ok: 'ok', warning: 'degraded', problem: 'down' } as const;

/** What this machine has for a Yudai of its own; of a server elsewhere that says nothing. */
async function machineChecks({ terminal }: Cli, options: CommonOptions): Promise<Check[]> {
  if ((options.url ?? terminal.env['YUDAI_URL'] ?? '') !== '') return [];
  try {
    const { examine } = await import('@yudai/server');
    const findings = await examine(await readConfig(serverEnvironment(terminal, options)));
    return findings.map(({ name, status, detail, fix }) =>
      result(name, statusOf[status], fix === '' ? detail : `${detail.replace(/\.$/, '')}. ${fix}`),
    );
  } catch (error) {
    return [result('settings', 'down', error instanceof Error ? error.message : String(error))];
  }
}

/** What the application says of itself, whether it runs elsewhere or has to be opened here. */
async function applicationChecks(cli: Cli, options: CommonOptions): Promise<Check[]> {
  let connection: Connection;
  try {
    connection = await cli.open(cli.terminal, options);
  } catch (error) {
    return [result('yudai', 'down', error instanceof Error ? error.message : String(error))];
  }
  try {
    const where =
      connection.kind === 'server'
        ? `A server answers at ${connection.url}.`
        : 'No server runs; opened here to look at it.';
    const { embedder, version, database } = await connection.client.system.info({}, { signal: cli.terminal.signal });
    return [
      result('yudai', 'ok', `${version}, ${database} database. ${where}`),
      ...(await healthChecks(connection)),
      result('embedder', 'ok', embedder.configured ? (embedder.model ?? 'configured') : `None. ${embedder.hint}`),
    ];
  } catch (error) {
    return [result('yudai', 'down', error instanceof Error ? error.message : String(error))];
  } finally {
    await connection.close();
  }
}

async function healthChecks(connection: Connection): Promise<Check[]> {
  const response = await connection.fetch(new Request(`${connection.url}/health`));
  const body: unknown = await response.json();
  const well = healthSchema.safeParse(body);
  if (well.success) return well.data.checks;
  const failed = errorBody.safeParse(body);
  const told = failed.success ? checkSchema.array().safeParse(failed.data.error.details?.['checks']) : undefined;
  if (told?.success === true) return told.data;
  return [result('health', 'down', failed.success ? failed.data.error.message : `It answered ${response.status}.`)];
}

function result(name: string, status: Check['status'], detail: string): Check {
  return { name, status, detail, ms: null };
}

function formatChecks(checks: readonly Check[], style: Style): string {
  return formatTable(
    checks.map(({ name, status, detail }) => [formatStatus(status, style), style('bold', name), detail]),
  );
}

function formatStatus(status: Check['status'], style: Style): string {
  switch (status) {
    case 'ok':
      return style('green', 'ok');
    case 'degraded':
      return style('yellow', 'note');
    case 'down':
      return style('red', 'down');
  }
}
