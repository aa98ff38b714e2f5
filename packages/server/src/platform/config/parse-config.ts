import { createHash } from 'node:crypto';
import { availableParallelism, homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { isLoopbackHost } from '#platform/config/loopback.ts';
import { modelConfigOf } from '#platform/config/model-config.ts';
import type { Secret } from '#platform/config/secret.ts';
import { reader } from '#platform/config/reader.ts';
import { variables } from '#platform/config/variables.ts';

/** What the start refuses: one sentence per wrong setting, written for the person who set it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join(' '));
    this.problems = problems;
  }
}

export type Config = ReturnType<typeof parseConfig>;

/**
 * Turns environment strings into the checked configuration. Throws `ConfigError` that names every wrong or unknown variable and
 * what is allowed; values themselves are never repeated, since they may be secrets.
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>) {
  const problems: string[] = unknownNames(env);
  const read = reader(env, problems);
  const environment = read('YUDAI_ENV') ?? environmentOf(env['NODE_ENV']);
  const production = environment === 'production';
  const dataDir = read('YUDAI_DATA') ?? join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'yudai');
  const githubUrl = read('YUDAI_GITHUB_URL') ?? 'https://github.com';
  const pool = read('YUDAI_DATABASE_POOL') ?? (production ? 10 : 5);

  const config = {
    environment,
    production,
    role: read('YUDAI_ROLE') ?? 'both',
    nodeId: read('YUDAI_NODE_ID') ?? `${hostname()}-${process.pid}`,
    dataDir,
    http: {
      host: read('YUDAI_HOST') ?? '127.0.0.1',
      port: read('YUDAI_PORT') ?? 4747,
      publicUrl: read('YUDAI_PUBLIC_URL') ?? null,
      corsOrigins: read('YUDAI_CORS_ORIGINS') ?? [],
      bodyLimit: read('YUDAI_BODY_LIMIT') ?? 1024 * 1024,
      requestTimeoutMs: read('YUDAI_REQUEST_TIMEOUT_MS') ?? 30_000,
      arrivalTimeoutMs: read('YUDAI_ARRIVAL_TIMEOUT_MS') ?? 12_000,
      liveConnections: read('YUDAI_LIVE_CONNECTIONS') ?? 1000,
      trustedProxies: read('YUDAI_TRUSTED_PROXIES') ?? [],
      ipAllow: read('YUDAI_IP_ALLOW') ?? [],
      ipDeny: read('YUDAI_IP_DENY') ?? [],
      metricsToken: read('YUDAI_METRICS_TOKEN') ?? null,
    },
    database: {
      url: read('YUDAI_DATABASE_URL') ?? null,
      poolKept: pool,
      poolMaximum: pool + (read('YUDAI_DATABASE_POOL_EXTRA') ?? (production ? 20 : 10)),
      statementTimeoutMs: read('YUDAI_STATEMENT_TIMEOUT_MS') ?? 30_000,
    },
    log: {
      level: read('YUDAI_LOG_LEVEL') ?? 'info',
      file: read('YUDAI_LOG_FILE') ?? null,
      format: read('YUDAI_LOG_FORMAT') ?? 'auto',
    },
    secret: { current: read('YUDAI_SECRET') ?? null, previous: read('YUDAI_SECRET_PREVIOUS') ?? null },
    signIn: signInOf(read('YUDAI_GITHUB_CLIENT_ID'), read('YUDAI_GITHUB_CLIENT_SECRET'), problems),
    github: {
      url: githubUrl,
      apiUrl: apiUrlOf(githubUrl),
      appId: read('YUDAI_GITHUB_APP_ID') ?? null,
      appKeyFile: read('YUDAI_GITHUB_APP_KEY_FILE') ?? null,
      webhookSecret: read('YUDAI_GITHUB_WEBHOOK_SECRET') ?? null,
    },
    administrators: read('YUDAI_ADMINISTRATORS') ?? [],
    signUp: read('YUDAI_SIGN_UP') ?? 'invited',
    // Null follows the mode: nobody limits themselves on their own machine.
    limits: {
      user: read('YUDAI_RATE_LIMIT') ?? null,
      address: read('YUDAI_RATE_LIMIT_ADDRESS') ?? read('YUDAI_RATE_LIMIT') ?? null,
      auth: read('YUDAI_RATE_LIMIT_AUTH') ?? null,
      repositories: read('YUDAI_RATE_LIMIT_REPOSITORIES') ?? null,
      answers: read('YUDAI_RATE_LIMIT_ANSWERS') ?? null,
      solves: read('YUDAI_RATE_LIMIT_SOLVES') ?? null,
    },
    git: { allowPrivateHosts: read('YUDAI_ALLOW_PRIVATE_GIT_HOSTS') ?? false },
    index: { workers: read('YUDAI_INDEX_WORKERS') ?? Math.min(8, Math.max(1, availableParallelism() - 1)) },
    jobs: { concurrency: read('YUDAI_JOB_CONCURRENCY') ?? 4, perPerson: read('YUDAI_JOBS_PER_PERSON') ?? 1000 },
    solver: {
      concurrent: read('YUDAI_MAX_CONCURRENT_SOLVES') ?? 3,
      minutes: Math.min(
        read('YUDAI_MAX_SOLVE_TIME_MINUTES') ?? 30,
        Math.floor((read('YUDAI_SOLVER_TIMEOUT_SECONDS') ?? 1800) / 60),
      ),
      openPerPerson: read('YUDAI_SOLVES_PER_PERSON') ?? 10,
      openPerProject: read('YUDAI_SOLVES_PER_PROJECT') ?? 20,
    },
    sandbox: {
      kind: read('YUDAI_SANDBOX') ?? 'local',
      image: read('YUDAI_SANDBOX_IMAGE') ?? 'node:24-bookworm',
      dockerHost: env['DOCKER_HOST'] || null,
      provider: read('YUDAI_SANDBOX_PROVIDER') ?? null,
      providerOptions: read('YUDAI_SANDBOX_PROVIDER_OPTIONS') ?? null,
      ...sandboxFolders(read('YUDAI_SANDBOX_FOLDER'), dataDir),
    },
    embedder: {
      kind: read('YUDAI_EMBEDDER') ?? 'off',
      url: read('YUDAI_EMBEDDER_URL') ?? null,
      key: read('YUDAI_EMBEDDER_KEY') ?? null,
      model: read('YUDAI_EMBEDDER_MODEL') ?? null,
      folder: read('YUDAI_EMBEDDER_FOLDER') ?? null,
    },
    models: modelConfigOf(read, problems),
  } as const;

  // What belongs together is only looked at once each value is right by itself.
  if (problems.length === 0) problems.push(...contradictions(config), ...openDoors(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/**
 * Where boxes are, and what is seen in them. As root each box has a user of its own, who cannot pass through a home: then all of it is where services
 * keep theirs, apart for each data directory.
 */
function sandboxFolders(chosen: string | undefined, dataDir: string) {
  const folder = chosen ?? (process.getuid?.() === 0 ? join('/var/lib/yudai', shortHash(resolve(dataDir))) : dataDir);
  return {
    folder: join(folder, 'boxes'),
    agentsFolder: join(folder, 'agents'),
    programsFolder: join(folder, 'programs'),
  };
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** The app that people sign in with; null when there is none: then one owner uses Yudai on this machine alone. */
function signInOf(clientId: string | undefined, clientSecret: Secret | undefined, problems: string[]) {
  if (clientId !== undefined && clientSecret !== undefined) return { clientId, clientSecret };
  if (clientId !== undefined) problems.push('YUDAI_GITHUB_CLIENT_ID needs YUDAI_GITHUB_CLIENT_SECRET.');
  if (clientSecret !== undefined) problems.push('YUDAI_GITHUB_CLIENT_SECRET needs YUDAI_GITHUB_CLIENT_ID.');
  return null;
}

/** Where the REST API of a GitHub is (docs.github.com, "Getting started with the REST API", Enterprise Server). */
function apiUrlOf(url: string): string {
  return url === 'https://github.com' ? 'https://api.github.com' : `${url}/api/v3`;
}

type Checked = Pick<
  ReturnType<typeof parseConfig>,
  | 'environment'
  | 'production'
  | 'role'
  | 'http'
  | 'database'
  | 'embedder'
  | 'sandbox'
  | 'secret'
  | 'signIn'
  | 'administrators'
  | 'github'
>;

function contradictions({ production, role, http, database, embedder, sandbox, secret, github }: Checked): string[] {
  const problems: string[] = [];
  if ((github.appId === null) !== (github.appKeyFile === null)) {
    problems.push('YUDAI_GITHUB_APP_ID and YUDAI_GITHUB_APP_KEY_FILE are set together or not at all.');
  }
  if (role !== 'both' && secret.current === null) {
    problems.push(`YUDAI_ROLE=${role} needs YUDAI_SECRET: all nodes open the same stored tokens and sessions.`);
  }
  const insecure = http.corsOrigins.filter((origin) => !origin.startsWith('https://'));
  if (production && insecure.length > 0) {
    problems.push(`YUDAI_CORS_ORIGINS may only hold https origins in production, not ${insecure.join(', ')}.`);
  }
  if (role !== 'both' && database.url === null) {
    problems.push(
      `YUDAI_ROLE=${role} needs YUDAI_DATABASE_URL: the embedded database belongs to one process that does both.`,
    );
  }
  if (embedder.kind === 'openai-compatible' && (embedder.url === null || embedder.model === null)) {
    problems.push('YUDAI_EMBEDDER=openai-compatible needs YUDAI_EMBEDDER_URL and YUDAI_EMBEDDER_MODEL.');
  }
  if (sandbox.kind === 'remote' && sandbox.provider === null) {
    problems.push('YUDAI_SANDBOX=remote needs YUDAI_SANDBOX_PROVIDER, such as @computesdk/e2b.');
  }
  return problems;
}

/** What would let in people who should not be: listening to a network without sign-in, sign-in without encryption or without anybody in charge. */
function openDoors({ environment, http, signIn, administrators, github }: Checked): string[] {
  const problems: string[] = [];
  const near = isLoopbackHost(http.host);
  if (!near && signIn === null) {
    problems.push(
      'YUDAI_HOST may only be a loopback address (127.0.0.1, ::1, localhost) without sign-in: set YUDAI_GITHUB_CLIENT_ID and ' +
        'YUDAI_GITHUB_CLIENT_SECRET (docs/accounts.md) to listen beyond this machine.',
    );
  }
  if (signIn === null) return problems;
  if (!near && http.publicUrl === null)
    problems.push('YUDAI_PUBLIC_URL must say where people reach Yudai, for them to come back to from GitHub.');
  if (http.publicUrl !== null && !isSafeUrl(http.publicUrl)) {
    problems.push(
      'YUDAI_PUBLIC_URL must be https with sign-in configured: a session over plain HTTP can be read on its way.',
    );
  }
  if (environment !== 'test' && !isSafeUrl(github.url)) problems.push('YUDAI_GITHUB_URL must be https.');
  if (administrators.length === 0) {
    problems.push('YUDAI_ADMINISTRATORS must name at least one person on GitHub, who may sign in and invite others.');
  }
  return problems;
}

function isSafeUrl(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || isLoopbackHost(hostname.replace(/^\[|\]$/g, ''));
}

/** Read by the command line and the web's development server, which may share an environment with the server. */
const namesOfOthers = ['YUDAI_URL', 'YUDAI_KEY', 'YUDAI_API'];

function unknownNames(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = Object.keys(variables);
  return Object.keys(env)
    .filter((name) => name.startsWith('YUDAI_') && !known.includes(name) && !namesOfOthers.includes(name))
    .map((name) => {
      const nearest = known.toSorted((a, b) => distance(name, a) - distance(name, b))[0] ?? '';
      const hint = distance(name, nearest) <= 4 ? ` Did you mean ${nearest}?` : ' See --help for those it reads.';
      return `${name} is not a variable that Yudai reads.${hint}`;
    });
}

/** Edits that turn one name into the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

function environmentOf(nodeEnv: string | undefined): 'production' | 'development' | 'test' {
  return nodeEnv === 'development' || nodeEnv === 'test' ? nodeEnv : 'production';
}
