import {
  addressRange,
  byteSize,
  flag,
  folder,
  githubLogin,
  hostName,
  integer,
  type Kind,
  listOf,
  oneOf,
  origin,
  postgresUrl,
  providerOptions,
  secretText,
  strongSecret,
  text,
  webUrl,
} from '#platform/config/kinds.ts';
import { modelVariables } from '#platform/config/model-variables.ts';

/** One environment variable. `standard` is what counts when it is not set; empty means that it may stay unset. */
export interface Variable<T> {
  readonly kind: Kind<T>;
  readonly standard: string;
  readonly meaning: string;
}

function variable<T>(kind: Kind<T>, standard: string, meaning: string): Variable<T> {
  return { kind, standard, meaning };
}

/** Every environment variable that Yudai reads; `--help` and docs/configuration.md are rendered from here. */
export const variables = {
  YUDAI_ENV: variable(
    oneOf('production', 'development', 'test'),
    '',
    'Which rules hold: production hides the API docs and wants https origins. Follows NODE_ENV; else production.',
  ),
  YUDAI_ROLE: variable(
    oneOf('both', 'api', 'worker'),
    'both',
    'What this process does: answer requests, run jobs, or both. Splitting needs YUDAI_DATABASE_URL.',
  ),
  YUDAI_NODE_ID: variable(text, '', 'Name of this process among several; made from host name and process id.'),
  YUDAI_HOST: variable(hostName, '127.0.0.1', 'Address to listen on. Beyond loopback only with sign-in configured.'),
  YUDAI_PORT: variable(integer(0, 65_535), '4747', 'Port to listen on; 0 takes a free one.'),
  YUDAI_PUBLIC_URL: variable(webUrl, '', 'Where people reach Yudai, if not at its own address; its host is accepted.'),
  YUDAI_DATA: variable(
    folder,
    '',
    'Folder for the embedded database, repositories and logs. Else $XDG_DATA_HOME/yudai or ~/.local/share/yudai.',
  ),
  YUDAI_SECRET: variable(
    strongSecret,
    '',
    'Key that seals stored tokens and signs sessions; the same on every node. Else the file secret.key in YUDAI_DATA, made at the first start.',
  ),
  YUDAI_SECRET_PREVIOUS: variable(
    strongSecret,
    '',
    'The key before this one, while what it sealed is sealed anew: at every start, until nothing is left.',
  ),
  YUDAI_GITHUB_URL: variable(webUrl, 'https://github.com', 'GitHub, or a GitHub Enterprise server of your own.'),
  YUDAI_GITHUB_CLIENT_ID: variable(text, '', 'Client id of the OAuth or GitHub App that people sign in with.'),
  YUDAI_GITHUB_CLIENT_SECRET: variable(secretText(16), '', 'Its client secret. With both, people sign in: team mode.'),
  YUDAI_GITHUB_APP_ID: variable(
    integer(1, 999_999_999_999),
    '',
    'Id of the GitHub App of this installation, for its installations and their tokens.',
  ),
  YUDAI_GITHUB_APP_KEY_FILE: variable(folder, '', 'File with the private key of that app, in PEM, as GitHub gives it.'),
  YUDAI_GITHUB_WEBHOOK_SECRET: variable(
    secretText(16),
    '',
    'What GitHub signs its webhooks with. Without it no webhook is taken.',
  ),
  YUDAI_ADMINISTRATORS: variable(
    listOf(githubLogin),
    '',
    'Names on GitHub of those who look after this installation; each becomes administrator when they sign in.',
  ),
  YUDAI_SIGN_UP: variable(
    oneOf('invited', 'open'),
    'invited',
    'Who may sign in for the first time: administrators and who is invited to a project, or everybody with a GitHub account.',
  ),
  YUDAI_DATABASE_URL: variable(
    postgresUrl,
    '',
    'Postgres 15 or newer with pgvector. Without it, the embedded database in YUDAI_DATA.',
  ),
  YUDAI_DATABASE_POOL: variable(
    integer(1, 500),
    '',
    'Database connections kept open; 10 in production, else 5 (Postgres only).',
  ),
  YUDAI_DATABASE_POOL_EXTRA: variable(
    integer(0, 1000),
    '',
    'Connections opened above that under load; 20 in production, else 10.',
  ),
  YUDAI_STATEMENT_TIMEOUT_MS: variable(
    integer(100, 600_000),
    '30000',
    'A database statement that takes longer is stopped, in milliseconds.',
  ),
  YUDAI_LOG_LEVEL: variable(
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'info',
    'Least important log line that is written.',
  ),
  YUDAI_LOG_FILE: variable(folder, '', 'Also write the log to this file: five files of 10 MB, the oldest is dropped.'),
  YUDAI_LOG_FORMAT: variable(
    oneOf('auto', 'json', 'pretty'),
    'auto',
    'Log lines on standard error; auto is pretty in a terminal.',
  ),
  YUDAI_CORS_ORIGINS: variable(
    listOf(origin),
    '',
    'Other sites whose pages may call the API; https only in production.',
  ),
  YUDAI_BODY_LIMIT: variable(
    byteSize(1024, 100 * 1024 * 1024),
    '1mb',
    'Largest request body; a conversation that is read back may have 10 MB.',
  ),
  YUDAI_REQUEST_TIMEOUT_MS: variable(
    integer(1000, 600_000),
    '30000',
    'Time for the answer to a request to be made, in milliseconds.',
  ),
  YUDAI_ARRIVAL_TIMEOUT_MS: variable(
    integer(1000, 600_000),
    '12000',
    'Time for a request to arrive whole, in milliseconds; more for large bodies over slow lines.',
  ),
  YUDAI_LIVE_CONNECTIONS: variable(integer(1, 100_000), '1000', 'Open live streams and sockets, at most.'),
  YUDAI_TRUSTED_PROXIES: variable(
    listOf(addressRange),
    '',
    'Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.',
  ),
  YUDAI_IP_ALLOW: variable(listOf(addressRange), '', 'Only these callers are answered.'),
  YUDAI_IP_DENY: variable(listOf(addressRange), '', 'These callers are refused, whatever YUDAI_IP_ALLOW says.'),
  YUDAI_RATE_LIMIT: variable(
    integer(0, 1_000_000),
    '',
    'Changes that one person may make a minute; a read counts a tenth, 0 is no limit. 60 with sign-in, else 0.',
  ),
  YUDAI_RATE_LIMIT_ADDRESS: variable(
    integer(0, 1_000_000),
    '',
    'The same for all requests of one network address together. As YUDAI_RATE_LIMIT, if that is not set.',
  ),
  YUDAI_RATE_LIMIT_AUTH: variable(
    integer(0, 1_000_000),
    '',
    'Attempts to sign in from one address a minute. 10 with sign-in, else 0.',
  ),
  YUDAI_RATE_LIMIT_REPOSITORIES: variable(
    integer(0, 1_000_000),
    '',
    'Looks at repositories elsewhere of one person a minute. 20 with sign-in, else 0.',
  ),
  YUDAI_RATE_LIMIT_ANSWERS: variable(
    integer(0, 1_000_000),
    '',
    'Times a minute that one person may have a model write: answers, summaries, issues, ideas. 20 with sign-in, else 0.',
  ),
  YUDAI_RATE_LIMIT_SOLVES: variable(
    integer(0, 1_000_000),
    '',
    'Solves that one person may start a minute. 5 with sign-in, else 0.',
  ),
  YUDAI_METRICS_TOKEN: variable(
    secretText(16),
    '',
    'Bearer token that opens /metrics from elsewhere; without it only loopback may read it.',
  ),
  YUDAI_ALLOW_PRIVATE_GIT_HOSTS: variable(
    flag,
    'false',
    'Let git URLs point into private networks, for a git server of your own.',
  ),
  YUDAI_INDEX_WORKERS: variable(
    integer(1, 64),
    '',
    'Processes that parse files; one less than the processors, 1 to 8.',
  ),
  YUDAI_JOBS_PER_PERSON: variable(
    integer(1, 1_000_000),
    '1000',
    'Jobs of one person that may be open at once: queued, running or waiting for an answer. More are refused with 429.',
  ),
  YUDAI_JOB_CONCURRENCY: variable(integer(1, 100), '4', 'Jobs of one kind that run at the same time in this process.'),
  YUDAI_MAX_CONCURRENT_SOLVES: variable(
    integer(1, 100),
    '3',
    'Solves that run at once, on all nodes together; others wait in the queue.',
  ),
  YUDAI_MAX_SOLVE_TIME_MINUTES: variable(integer(1, 30), '30', 'Minutes that one solve may take.'),
  YUDAI_SOLVER_TIMEOUT_SECONDS: variable(integer(60, 1800), '1800', 'The same in seconds; the lesser of both counts.'),
  YUDAI_SOLVES_PER_PERSON: variable(
    integer(1, 10_000),
    '10',
    'Solves of one person that may be open at once: queued, running or waiting for an answer.',
  ),
  YUDAI_SOLVES_PER_PROJECT: variable(integer(1, 10_000), '20', 'The same for one project.'),
  YUDAI_SANDBOX: variable(
    oneOf('local', 'docker', 'remote', 'none'),
    'local',
    'Where code that is worked on runs: in boxes of this machine, in containers of its Docker (at DOCKER_HOST), on machines of a hosting provider, or nowhere; then nothing is solved. Never outside of a box.',
  ),
  YUDAI_SANDBOX_IMAGE: variable(
    text,
    'node:24-bookworm',
    'Image of the containers: with bash, with socat or perl, and with what projects need. Pull it first; it is never pulled by itself.',
  ),
  YUDAI_SANDBOX_PROVIDER: variable(
    text,
    '',
    'For remote: the package of ComputeSDK that makes machines, such as @computesdk/e2b, installed beside Yudai; or the path of a file that exports one. Its key is read from where the package says.',
  ),
  YUDAI_SANDBOX_PROVIDER_OPTIONS: variable(
    providerOptions,
    '',
    'What it is told: config for the provider, create for each machine (its image, what it may reach), setup to run on each machine first.',
  ),
  YUDAI_SANDBOX_FOLDER: variable(
    folder,
    '',
    'Folder for boxes, agents of others and programs that boxes see. Else YUDAI_DATA; as root a folder of its own in /var/lib/yudai, because other users have to pass through it.',
  ),
  YUDAI_EMBEDDER: variable(
    oneOf('off', 'local', 'openai-compatible'),
    'off',
    'Where vectors for search come from; everything else in search works without.',
  ),
  YUDAI_EMBEDDER_URL: variable(webUrl, '', 'Base URL of the embeddings endpoint, such as http://127.0.0.1:11434/v1.'),
  YUDAI_EMBEDDER_KEY: variable(secretText(1), '', 'Key of the embeddings endpoint.'),
  YUDAI_EMBEDDER_MODEL: variable(text, '', 'Model of the embedder; for local, all-MiniLM-L6-v2.'),
  YUDAI_EMBEDDER_FOLDER: variable(folder, '', 'Folder that holds the model files of the local embedder.'),
  ...modelVariables,
} as const;

export type VariableName = keyof typeof variables;

/** The table of all variables as Markdown. */
export function configTable(): string {
  const rows = Object.entries(variables).map(([name, { kind, standard, meaning }]) => {
    const cells = [`\`${name}\``, meaning, standard === '' ? '' : `\`${standard}\``, kind.wanted];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| variable | meaning | default | value |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The same table for a terminal, for `--help`. */
export function configHelp(): string {
  return Object.entries(variables)
    .map(([name, { kind, standard, meaning }]) => {
      const value = standard === '' ? kind.wanted : `${kind.wanted}; default ${standard}`;
      return `  ${name}\n      ${meaning}\n      (${value})`;
    })
    .join('\n');
}
