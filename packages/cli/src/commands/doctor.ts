import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { check as checkSchema, errorBody, type Health, health as healthSchema } from '@yudai/contract';
import type { Command } from 'commander';
import { dataDirectory } from '#connection/connect.ts';
import type { Connection } from '#connection/connection.ts';
import { exitCodes } from '#exit-codes.ts';
import { withCommonOptions, withExamples } from '#options.ts';
import { formatBytes } from '#output/numbers.ts';
import type { Style } from '#output/style.ts';
import { formatTable } from '#output/table.ts';
import { answering, type Cli, type CommonOptions } from '#run-command.ts';

type Check = Health['checks'][number];

const run = promisify(execFile);
const lowDiskBytes = 1024 ** 3;

export function addDoctor(program: Command, cli: Cli): void {
  const doctor = withCommonOptions(program.command('doctor'))
    .description('look at everything Yudai needs and say what is wrong, and what to do')
    .action((options: CommonOptions) =>
      answering(cli, options, async () => {
        const checks = [
          ...(await machineChecks(dataDirectory(cli.terminal, options))),
          ...(await applicationChecks(cli, options)),
        ];
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

/** What the machine has to offer. */
async function machineChecks(directory: string): Promise<Check[]> {
  return [nodeCheck(process.versions.node), await gitCheck(), await boxCheck(), await directoryCheck(directory)];
}

function nodeCheck(version: string): Check {
  const isEnough = Number(version.split('.')[0]) >= 24;
  return result(
    'node',
    isEnough ? 'ok' : 'down',
    isEnough ? version : `${version} is too old: Yudai runs on Node 24 or newer.`,
  );
}

async function gitCheck(): Promise<Check> {
  try {
    const { stdout } = await run('git', ['--version']);
    const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
    const isEnough = Number(major) > 2 || (major === '2' && Number(minor) >= 30);
    return result(
      'git',
      isEnough ? 'ok' : 'down',
      isEnough ? stdout.trim() : `${stdout.trim()} is too old: 2.30 or newer is needed.`,
    );
  } catch {
    // Whatever the reason, git cannot be run, and that is the finding.
    return result('git', 'down', 'git was not found. Install it (Debian: apt-get install git).');
  }
}

async function boxCheck(): Promise<Check> {
  try {
    const { stdout } = await run('bwrap', ['--version']);
    return result('bubblewrap', 'ok', stdout.trim());
  } catch {
    // Not needed for reading and searching code, so its absence is no failure.
    return result(
      'bubblewrap',
      'degraded',
      'Not found. Only running code in a sandbox needs it (Debian: apt-get install bubblewrap).',
    );
  }
}

async function directoryCheck(directory: string): Promise<Check> {
  const existing = await nearestExisting(directory);
  try {
    await access(existing, constants.W_OK);
  } catch {
    // The reason does not change what to do.
    return result('data directory', 'down', `${existing} cannot be written. Choose another with --data or YUDAI_DATA.`);
  }
  const { bavail, bsize } = await statfs(existing);
  const free = bavail * bsize;
  const detail = `${directory}, ${formatBytes(free)} free`;
  return result(
    'data directory',
    free < lowDiskBytes ? 'degraded' : 'ok',
    free < lowDiskBytes ? `${detail}: that is little.` : detail,
  );
}

async function nearestExisting(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      await access(folder);
      return folder;
    } catch {
      // Not made yet: what counts is whether it can be made in the folder above.
      if (dirname(folder) === folder) return folder;
    }
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
