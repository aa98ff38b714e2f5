import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { ConfigError, configHelp, configTable, parseConfig } from '#platform/config/index.ts';
import { variables } from '#platform/config/variables.ts';

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
])('a wrong %s stops the start, is named, and is not repeated (P14 N13)', (name, value, wanted) => {
  const problem = problemsOf({ [name]: value }).join(' ');

  expect(problem).toContain(name);
  expect(problem).toContain(wanted);
  expect(problem).not.toContain('hunter2');
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
    expect(problemsOf({ YUDAI_HOST: host })[0]).toContain('needs sign-in');
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
  expect(problemsOf({ YUDAI_ROLE: 'worker' })[0]).toContain('YUDAI_DATABASE_URL');
});

test('no way of printing the configuration shows a secret (N13)', () => {
  const config = parseConfig({
    YUDAI_DATABASE_URL: 'postgres://yudai:hunter2@db/yudai',
    YUDAI_METRICS_TOKEN: 'hunter2-hunter2-hunter2',
    YUDAI_EMBEDDER_KEY: 'hunter2',
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
