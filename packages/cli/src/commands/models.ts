import { type ModelProvider, modelProviders, type ModelsOverview, type ModelTest } from '@yudai/contract';
import { Argument, type Command } from 'commander';
import { exitCodes } from '#exit-codes.ts';
import { projectOption, wholeNumber, withCommonOptions, withExamples } from '#options.ts';
import { chooseProject } from '#connection/choose-project.ts';
import { formatModels, formatTests, formatUsage } from '#output/model-text.ts';
import { type Cli, type Session, withSession } from '#run-command.ts';

export function addModels(program: Command, cli: Cli): void {
  const models = program
    .command('models')
    .description('the language models: which there are, whether they answer, what they cost');

  withCommonOptions(models.command('list', { isDefault: true }))
    .description('list the models of each role, and what to set where one is missing')
    .action((_options: unknown, command: Command) =>
      withSession(cli, command, async ({ connection, terminal }) => {
        const data = await connection.client.models.list({}, { signal: terminal.signal });
        return { data, text: (style) => formatModels(data, style) };
      }),
    );

  const test = withCommonOptions(models.command('test'))
    .description('ask one model of each provider, or of one, for a word; fails with 1 when one does not answer')
    .addArgument(new Argument('[provider]', 'only this one').choices(modelProviders))
    .action((provider: ModelProvider | undefined, _options: unknown, command: Command) =>
      withSession(cli, command, (session) => tryProviders(session, provider)),
    );
  withExamples(test, 'yudai models test', 'yudai models test openai --json');

  const usage = withCommonOptions(models.command('usage'))
    .description('tokens and cost by day, role and model: yours, or with --project those of all members')
    .addOption(projectOption())
    .option('--days <days>', 'days back (1–366)', wholeNumber(1, 366), 30)
    .action(({ project, days }: { project?: string; days: number }, command: Command) =>
      withSession(cli, command, async (session) => {
        const { client } = session.connection;
        const options = { signal: session.terminal.signal };
        const data =
          project === undefined
            ? await client.models.usage({ days }, options)
            : await client.models.usageOfProject(
                { projectId: (await chooseProject(client, session.terminal, project)).id, days },
                options,
              );
        return { data, text: (style) => formatUsage(data, style) };
      }),
    );
  withExamples(usage, 'yudai models usage --days 7', 'yudai models usage --project my-app --json');

  withExamples(models, 'yudai models', 'yudai models test', 'yudai models usage');
}

async function tryProviders(session: Session, only: ModelProvider | undefined) {
  const { connection, terminal } = session;
  const options = { signal: terminal.signal };
  const overview = await connection.client.models.list({}, options);
  const items: ModelTest[] = [];
  for (const provider of only === undefined ? usedBy(overview) : [only]) {
    terminal.stderr.write(`Asking ${provider}…\n`);
    items.push(await connection.client.models.test({ provider }, options));
  }
  const isWell = items.length > 0 && items.every(({ outcome }) => outcome === 'answered');
  return {
    data: { items },
    text: (style: Parameters<typeof formatTests>[1]) =>
      items.length === 0 ? `No model is set up. ${overview.hint}` : formatTests(items, style),
    exitCode: isWell ? exitCodes.ok : items.length === 0 ? exitCodes.unavailable : exitCodes.failed,
  };
}

/** Providers with a key and a model: the others have nothing to be asked. */
function usedBy({ providers }: ModelsOverview): ModelProvider[] {
  return providers.filter(({ configured, models }) => configured && models.length > 0).map(({ provider }) => provider);
}
