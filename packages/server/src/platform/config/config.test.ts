import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { ConfigError, configHelp, configTable, parseConfig } from '#platform/config/index.ts';
import { variables } from '#platform/config/variables.ts';

// The embedded database only: there is none in it.

test('without any variable the standard of the table holds (P14)', () => {
  const config = parseConfig({ HOME: '/home/somebody' });

  expect(config).toMatchObject({
    environment: 'production',
    role: 'both',
    http: { host: '127.0.0.1', port: 4747, bodyLimit: 1024 * 1024, corsOrigins: [], metricsToken: null },
    database: { url: null, poolKept: 10, poolMaximum: 30, statementTimeoutMs: 30_000 },
    embedder: { kind: 'off' },
  });
  expect(config.dataDir).toMatch(/yudai$/);
});

test('development opens fewer database connections (M18)', () => {
  expect(parseConfig({ NODE_ENV: 'development' }).database).toMatchObject({ poolKept: 5, poolMaximum: 15 });
});

test.each([
  ['YUDAI_PORT', '70000', 'a whole number from 0 to 65535'],
  ['YUDAI_PORT', '47x', 'a whole number'],
  ['YUDAI_ROLE', 'boss', 'one of both, api, worker'],
  ['YUDAI_LOG_LEVEL', 'loud', 'one of trace'],
  ['YUDAI_CORS_ORIGINS', '*', 'never *'],
  ['YUDAI_CORS_ORIGINS', 'https://a.example/path', 'origins such as'],
  ['YUDAI_BODY_LIMIT', '1gb', 'a size from'],
  ['YUDAI_IP_ALLOW', '10.0.0.0/99', 'IP addresses or ranges'],
  ['YUDAI_DATABASE_URL', 'mysql://root:hunter2@db/x', 'postgres://'],
  ['YUDAI_METRICS_TOKEN', 'short', 'at least 16'],
  ['YUDAI_EMBEDDER_URL', 'file:///etc/passwd', 'an http or https URL'],
  ['YUDAI_ALLOW_PRIVATE_GIT_HOSTS', 'maybe', 'true or false'],
  ['YUDAI_SANDBOX_PROVIDER_OPTIONS', '{"config": {"apiKey": "hunter2"', 'a JSON object with config, create and setup'],
  ['YUDAI_SANDBOX_PROVIDER_OPTIONS', '{"apiKey": "hunter2"}', 'a JSON object with config, create and setup'],
])('a wrong %s stops the start, is named, and is not repeated (P14 N13)', (name, value, wanted) => {
  const problem = problemsOf({ [name]: value }).join(' ');

  expect(problem).toContain(name);
  expect(problem).toContain(wanted);
  expect(problem).not.toContain('hunter2');
});

test('boxes on other machines need a provider (H5)', () => {
  expect(problemsOf({ YUDAI_SANDBOX: 'remote' })).toEqual([expect.stringContaining('needs YUDAI_SANDBOX_PROVIDER')]);
  expect(problemsOf({ YUDAI_SANDBOX: 'remote', YUDAI_SANDBOX_PROVIDER: '@computesdk/e2b' })).toEqual([]);
});

test('every problem is told at once', () => {
  expect(problemsOf({ YUDAI_PORT: 'x', YUDAI_ROLE: 'y' })).toHaveLength(2);
});

test('an unknown name is refused with the nearest known one', () => {
  expect(problemsOf({ YUDAI_PROT: '1' })[0]).toContain('Did you mean YUDAI_PORT?');
  expect(problemsOf({ YUDAI_COMPLETELY_ELSE: '1' })[0]).toContain('--help');
});

test.each(['0.0.0.0', '::', '192.168.1.7', 'yudai.example.org'])(
  'listening on %s is refused without sign-in',
  (host) => {
    expect(problemsOf({ YUDAI_HOST: host })[0]).toContain('without sign-in');
  },
);

test.each(['127.0.0.1', '::1', 'localhost', '127.9.9.9'])('listening on %s is loopback and accepted', (host) => {
  expect(parseConfig({ YUDAI_HOST: host }).http.host).toBe(host);
});

test('production wants https origins; development may use http (N1)', () => {
  expect(problemsOf({ YUDAI_CORS_ORIGINS: 'http://a.example' })[0]).toContain('https');
  expect(parseConfig({ YUDAI_ENV: 'development', YUDAI_CORS_ORIGINS: 'http://a.example' }).http.corsOrigins).toEqual([
    'http://a.example',
  ]);
});

test('an api or worker process alone needs Postgres', () => {
  expect(problemsOf({ YUDAI_ROLE: 'worker', YUDAI_SECRET: strong })[0]).toContain('YUDAI_DATABASE_URL');
});

const strong = 'kT7w-zQ4p_Vn2xR9mB6yH3dL8sF5gJ1c';
const team = {
  YUDAI_GITHUB_CLIENT_ID: 'Iv1.8a61f9b3a7aba766',
  YUDAI_GITHUB_CLIENT_SECRET: '2f1c0b7d9e8a4c6b5d3e1f0a9b8c7d6e5f4a3b2c',
  YUDAI_ADMINISTRATORS: 'ada',
};

test.each([
  ['half of the credentials', { YUDAI_GITHUB_CLIENT_ID: 'x' }, 'YUDAI_GITHUB_CLIENT_SECRET'],
  ['nobody in charge', { ...team, YUDAI_ADMINISTRATORS: '' }, 'YUDAI_ADMINISTRATORS'],
  ['a network without saying where it is reached', { ...team, YUDAI_HOST: '0.0.0.0' }, 'YUDAI_PUBLIC_URL'],
  ['sessions over plain HTTP', { ...team, YUDAI_PUBLIC_URL: 'http://yudai.example.org' }, 'https'],
  [
    'a GitHub over plain HTTP',
    { ...team, YUDAI_ENV: 'production', YUDAI_GITHUB_URL: 'http://git.example.org' },
    'https',
  ],
  ['a secret that is an example', { ...team, YUDAI_SECRET: 'change-me-change-me-change-me-change-me' }, 'YUDAI_SECRET'],
  ['a secret of one letter', { ...team, YUDAI_SECRET: 'a'.repeat(64) }, 'YUDAI_SECRET'],
  ['a secret that is short', { ...team, YUDAI_SECRET: strong.slice(0, 31) }, 'YUDAI_SECRET'],
  [
    'several nodes without a common key',
    { ...team, YUDAI_ROLE: 'api', YUDAI_DATABASE_URL: 'postgres://a@b/c' },
    'YUDAI_SECRET',
  ],
])('sign-in with %s stops the start and names the variable (N13 B7)', (_, env, named) => {
  expect(problemsOf(env).join(' ')).toContain(named);
});

test('with sign-in, a key, somebody in charge and https, Yudai may listen to a network (N13)', () => {
  const env = { ...team, YUDAI_HOST: '0.0.0.0', YUDAI_PUBLIC_URL: 'https://yudai.example.org', YUDAI_SECRET: strong };

  expect(problemsOf(env)).toEqual([]);
});

test('limits of solves are as they were called before, and the lesser time counts (H4)', () => {
  const standard = { concurrent: 3, minutes: 30, openPerPerson: 10, openPerProject: 20 };
  const set = {
    YUDAI_MAX_CONCURRENT_SOLVES: '1',
    YUDAI_MAX_SOLVE_TIME_MINUTES: '20',
    YUDAI_SOLVER_TIMEOUT_SECONDS: '600',
    YUDAI_SOLVES_PER_PERSON: '2',
    YUDAI_SOLVES_PER_PROJECT: '4',
  };

  expect(parseConfig({}).solver).toEqual(standard);
  expect(parseConfig(set).solver).toEqual({ concurrent: 1, minutes: 10, openPerPerson: 2, openPerProject: 4 });
  expect(parseConfig({ ...set, YUDAI_SOLVER_TIMEOUT_SECONDS: '1800' }).solver.minutes).toBe(20);
});

test('no way of printing the configuration shows a secret (N13)', () => {
  const config = parseConfig({
    YUDAI_DATABASE_URL: 'postgres://yudai:hunter2@db/yudai',
    YUDAI_METRICS_TOKEN: 'hunter2-hunter2-hunter2',
    YUDAI_EMBEDDER_KEY: 'hunter2',
    YUDAI_SANDBOX_PROVIDER_OPTIONS: '{"config": {"apiKey": "hunter2"}}',
  });

  for (const printed of [JSON.stringify(config), inspect(config, { depth: 9 }), String(config.database.url)]) {
    expect(printed).not.toContain('hunter2');
  }
  expect(config.database.url?.reveal()).toContain('hunter2');
});

test('docs/configuration.md and --help hold every variable of the table', () => {
  const page = readFileSync(new URL('../../../../../docs/configuration.md', import.meta.url), 'utf8');

  expect(unpadded(page)).toContain(unpadded(configTable()));
  for (const name of Object.keys(variables)) expect(configHelp()).toContain(name);
});

/** The formatter pads the cells of tables in the docs. */
function unpadded(table: string): string {
  return table.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');
}

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
