import { join } from 'node:path';
import type { Sandbox } from '@yudai/engine/sandbox';
import type { FastifyInstance } from 'fastify';
import { createAccounts, createAccountsRoutes } from '#features/accounts/index.ts';
import { createAudit, createAuditRoutes } from '#features/audit/index.ts';
import { createCards, createCardsRoutes } from '#features/cards/index.ts';
import { createChat, createChatRoutes, createMemoryRoutes } from '#features/chat/index.ts';
import { createCodebase, createCodebaseRoutes } from '#features/codebase/index.ts';
import { createIssues, createIssuesRoutes } from '#features/issues/index.ts';
import { createJobsRoutes, createJobsService } from '#features/jobs/index.ts';
import { createGitHub, createGitHubRoutes } from '#features/github/index.ts';
import { createModels, createModelsRoutes } from '#features/models/index.ts';
import { createProjects, createProjectsRoutes } from '#features/projects/index.ts';
import { createSolver, createSolverRoutes, type SolveWork } from '#features/solver/index.ts';
import { createHealthCheck, createSystemRoutes } from '#features/system/index.ts';
import { type Clock, systemClock } from '#kernel/clock.ts';
import type { Config } from '#platform/config/index.ts';
import { assertEmbedding, type Database, openDatabase } from '#platform/db/index.ts';
import {
  createAccessWatch,
  createHttp,
  fetchInProcess,
  type HttpOptions,
  type Identify,
} from '#platform/http/index.ts';
import { createJobs, type Jobs, type JobsSettings } from '#platform/jobs/index.ts';
import { createLive, type Live } from '#platform/live/index.ts';
import { createLog, type Log } from '#platform/log/index.ts';
import { createSecrets } from '#platform/secrets/index.ts';
import { createTelemetry, type Telemetry } from '#platform/telemetry/index.ts';
import { databaseOptions } from './database-options.ts';
import { dependenciesOf } from './dependencies.ts';
import { createEmbedder, embedderOf } from './embedder.ts';
import { githubSettingsOf } from './github-settings.ts';
import { instrumentJobs } from './instrument-jobs.ts';
import { keepHouse } from './housekeeping.ts';
import { limitsOf } from './limits-of.ts';
import { listen } from './listen.ts';
import { modelFetchOf, modelSettingsOf } from './model-settings.ts';
import { observe } from './observe.ts';
import { programsOf, sandboxOf } from './sandbox.ts';
import { modeOf, signInOf } from './sign-in.ts';
import { solveWork } from './solve-work.ts';
import { version } from './version.ts';

export interface App {
  readonly config: Config;
  readonly log: Log;
  readonly database: Database;
  readonly live: Live;
  readonly jobs: Jobs;
  readonly telemetry: Telemetry;
  readonly http: FastifyInstance;
  /** Answers a request inside this process, as if it came over the network. */
  fetch(request: Request): Promise<Response>;
  /** Opens the port and returns the URL. Throws `conflict` when the port is taken. */
  listen(): Promise<string>;
  /** Ends streams so that they can be resumed, finishes requests, hands jobs back, closes the database. Safe to call twice. */
  close(): Promise<void>;
}

/** What tests and tools replace. A database given here is closed with the app like any other. */
export interface AppOverrides extends Partial<Pick<HttpOptions, 'webDist' | 'heartbeatMs' | 'streamLifetimeMs'>> {
  /** Who asks, given how it would be found out. */
  readonly identify?: (identify: Identify) => Identify;
  readonly clock?: Clock;
  readonly log?: Log;
  readonly database?: Database;
  readonly jobs?: Partial<JobsSettings>;
  readonly sandbox?: Sandbox;
  readonly solve?: SolveWork;
}

/** Builds Yudai. Read downwards, this is the architecture: each part knows only those above it. */
export async function createApp(config: Config, overrides: AppOverrides = {}): Promise<App> {
  const clock = overrides.clock ?? systemClock;
  const log = overrides.log ?? (await createLog(config.log));
  const telemetry = createTelemetry();
  const database = overrides.database ?? (await openDatabase(databaseOptions(config, log)));
  const opened: (() => Promise<void> | void)[] = [() => database.close()];

  try {
    const live = createLive({ database, clock, log });
    opened.push(() => live.close());
    // One process owns an embedded database, so the next start of it goes on with what this one leaves.
    const nodeId = database.kind === 'embedded' ? 'local' : config.nodeId;
    const settings = { openPerOwner: config.jobs.perPerson, ...overrides.jobs };
    const jobs = instrumentJobs(
      createJobs({ database, live, clock, log, nodeId, settings }),
      telemetry,
      config.jobs.concurrency,
    );
    opened.push(() => jobs.shutdown({ graceMs: 10_000 }));

    const audit = createAudit({ database });
    // Tests that hold the time still hold it for the limits as well; several nodes go by the database's.
    const limits = limitsOf({ config, mode: modeOf(config), database, clock: overrides.clock });
    const secrets = await createSecrets(config);
    const access = await createAccessWatch(database);
    opened.push(() => access.close());
    const accounts = await createAccounts({
      database,
      audit,
      clock,
      log,
      secrets,
      signIn: signInOf(config),
      accessChanged: access.changed,
    });
    const models = createModels({
      settings: await modelSettingsOf(config),
      database,
      clock,
      fetch: modelFetchOf(config),
    });
    const github = createGitHub({
      database,
      clock,
      log,
      secrets,
      audit,
      limits,
      settings: await githubSettingsOf(config),
    });
    accounts.onSignedIn(github.saveConnection);
    const gitPolicy = {
      allowPrivateHosts: config.git.allowPrivateHosts,
      allowInsecureLoopback: config.environment === 'test',
    };
    const projects = createProjects({
      database,
      audit,
      live,
      clock,
      jobs,
      secrets,
      accounts,
      github,
      accessChanged: access.changed,
      findPerson: github.lookupUser,
      settings: {
        dataDir: config.dataDir,
        // Without sign-in whoever asks is the owner of this machine; with it, its folders are nobody's.
        allowFolders: config.signIn === null,
        gitPolicy,
      },
    });
    const embedder = await createEmbedder(config);
    if (embedder !== null) await assertEmbedding(database, embedder);
    const codebase = createCodebase({
      database,
      audit,
      projects,
      jobs,
      clock,
      log,
      embedder,
      workers: config.index.workers,
    });
    opened.push(() => codebase.close());
    const cards = createCards({
      database,
      projects,
      codebase: codebase.service,
      github: github.service,
      live,
      limits,
      clock,
      settings: { allowInsecureLoopback: config.environment === 'test' },
    });
    const chat = createChat({
      database,
      audit,
      live,
      clock,
      log,
      jobs,
      projects,
      codebase: codebase.service,
      github: github.service,
      cards,
      models,
      accessChanged: access.changed,
    });
    const issues = createIssues({
      database,
      live,
      clock,
      jobs,
      audit,
      projects,
      codebase: codebase.service,
      github,
      cards,
      chat,
      models,
    });
    const solver = createSolver({
      database,
      audit,
      live,
      clock,
      log,
      jobs,
      projects,
      codebase: codebase.service,
      chat,
      github,
      issues,
      models,
      sandbox: overrides.sandbox ?? sandboxOf(config),
      solve: overrides.solve ?? solveWork,
      settings: {
        limits: config.solver,
        folder: join(config.dataDir, 'solves'),
        agentsFolder: config.sandbox.agentsFolder,
        boxes: programsOf(config),
        gitPolicy,
      },
    });
    const router = {
      accounts: createAccountsRoutes(accounts.service),
      models: createModelsRoutes(models.serviceWith({ jobs, audit, requireInProject: projects.require })),
      github: createGitHubRoutes(github.service),
      projects: createProjectsRoutes(projects.service, projects.members),
      codebase: createCodebaseRoutes(codebase.service),
      cards: createCardsRoutes(cards.service),
      chat: createChatRoutes(chat),
      memories: createMemoryRoutes(chat.memories),
      issues: createIssuesRoutes(issues),
      solver: createSolverRoutes(solver),
      jobs: createJobsRoutes(createJobsService({ jobs, audit, projects })),
      audit: createAuditRoutes(audit),
      system: createSystemRoutes({
        version,
        mode: modeOf(config),
        database: database.kind,
        embedder: embedderOf(config.embedder),
      }),
    };

    // What an earlier process left behind is removed by the only one that can know that nobody uses it.
    const tidy = async () => {
      await Promise.all([github.reseal(), projects.reseal()]);
      if (database.kind === 'embedded') await projects.sweep();
    };
    // Requests are answered while this goes on: a job that starts meanwhile is a row that is picked up when it is done.
    const launch = config.role === 'api' ? elsewhere : launchInBackground(jobs, log, tidy);
    opened.push(() => launch.settled);
    const checkHealth = createHealthCheck({
      version,
      clock,
      dependencies: dependenciesOf({
        config,
        database,
        jobsState: () => launch.state(),
        github: github.probe,
        models: models.probe,
      }),
      onFailure: (name, error) => log.warn({ err: error, dependency: name }, 'dependency does not answer'),
    });
    const http = await createHttp({
      ...overrides,
      config,
      version,
      clock,
      log,
      telemetry,
      live,
      router,
      checkHealth,
      limits,
      access,
      addSignIn: accounts.addRoutes,
      addWebhooks: github.addDoors,
      identify: overrides.identify?.(accounts.identify) ?? accounts.identify,
    });
    opened.push(() => http.close());
    opened.push(keepHouse({ live, limits, accounts: accounts.service, models, chat, solver, clock, log }));
    observe({ telemetry, database, jobs });
    await http.ready();

    const close = closeOnce(opened);
    return {
      config,
      log,
      database,
      live,
      jobs,
      telemetry,
      http,
      close,
      fetch: fetchInProcess(http),
      listen: () => listen(http, config, database),
    };
  } catch (error) {
    await closeOnce(opened)();
    throw error;
  }
}

interface Launch {
  /** For health: what the running of jobs is doing; rejects once it is known that this process cannot. */
  state(): Promise<string>;
  readonly settled: Promise<void>;
}

const elsewhere: Launch = { state: async () => 'run elsewhere', settled: Promise.resolve() };

function launchInBackground(jobs: Jobs, log: Log, tidy: () => Promise<void>): Launch {
  let state = Promise.resolve('starting');
  const launching = tidy()
    .then(() => jobs.launch())
    .then(() => 'running here');
  const settled = launching
    .catch((error: unknown) => log.fatal({ err: error }, 'jobs cannot be run'))
    .then(() => {
      state = launching;
    });
  return { state: () => state, settled };
}

/** What was opened last is closed first. */
function closeOnce(opened: readonly (() => Promise<void> | void)[]): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= (async () => {
      for (const close of opened.toReversed()) await close();
    })();
    return closing;
  };
}
