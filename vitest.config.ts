import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

// One project per reader and runtime: `npx vitest run --project server packages/server/src/features/jobs`.
// No module of ours keeps state that a test could tell, so files of a worker share one process: one embedded database engine per worker.
// A time limit here only ends what hangs: the machines that run this are shared and noisy.
const shared = {
  pool: 'forks' as const,
  isolate: false,
  testTimeout: 120_000,
  hookTimeout: 240_000,
  // Under CI a machine may starve a process once: what fails twice is broken. At a desk nothing is tried again.
  retry: process.env['CI'] === undefined ? 0 : 1,
  restoreMocks: true,
  unstubEnvs: true,
};

const throughTheDoor = ['packages/server/src/**/*.test.ts', 'packages/cli/src/commands/**/*.test.ts'];
const pure = ['packages/server/src/kernel/**/*.test.ts'];
const postgresUrl = process.env['TEST_DATABASE_URL'] ?? '';
const sandboxImage = process.env['TEST_SANDBOX_IMAGE'] ?? '';

// Suites that a second database would teach nothing say so, and why, in one of these comments. Where there is a server it takes the first
// kind, because it is the faster one.
const onOneDatabase = suitesThatSay('// One database is enough: ');
const onEmbeddedOnly = suitesThatSay('// The embedded database only: ');

function suitesThatSay(comment: string): string[] {
  return globSync(throughTheDoor, { cwd: import.meta.dirname }).filter((path) =>
    `\n${readFileSync(new URL(path, import.meta.url), 'utf8')}`.includes(`\n${comment}`),
  );
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default'],
    projects: [
      {
        test: { ...shared, name: 'architecture', include: ['architecture/**/*.test.ts'] },
      },
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['packages/{contract,engine,mcp,cli}/src/**/*.test.ts', 'scripts/**/*.test.ts', ...pure],
          exclude: ['packages/cli/src/commands/**'],
          env: { TEST_SANDBOX_IMAGE: '', TEST_SANDBOX_MACHINES: '' },
        },
      },
      // What all boxes promise, on machines of a provider for tests: `npx vitest run --project machines`. As root, because it makes them.
      {
        test: {
          ...shared,
          name: 'machines',
          include: [
            'packages/engine/src/sandbox/{box,probes}/*.test.ts',
            'packages/engine/src/sandbox/box-files.test.ts',
          ],
          env: { TEST_SANDBOX_IMAGE: '', TEST_SANDBOX_MACHINES: '1' },
        },
      },
      // What boxes promise, in containers of the Docker that DOCKER_HOST names. Without an image there is no such project.
      ...(sandboxImage === ''
        ? []
        : [
            {
              test: {
                ...shared,
                name: 'sandbox',
                include: [
                  'packages/engine/src/sandbox/**/*.test.ts',
                  'packages/server/src/features/solver/real-boxes.test.ts',
                ],
                env: { TEST_DATABASE_URL: '', TEST_SANDBOX_MACHINES: '' },
              },
            },
          ]),
      {
        test: {
          ...shared,
          name: 'server',
          include: throughTheDoor,
          exclude: postgresUrl === '' ? pure : [...pure, ...onOneDatabase],
          env: { TEST_DATABASE_URL: '', TEST_SANDBOX_IMAGE: '' },
        },
      },
      // Without a database there is no such project, and asking for it by name is an error, not a silent pass.
      ...(postgresUrl === ''
        ? []
        : [
            {
              test: {
                ...shared,
                name: 'server-postgres',
                include: throughTheDoor,
                exclude: [...pure, ...onEmbeddedOnly],
                env: { TEST_DATABASE_URL: postgresUrl, TEST_SANDBOX_IMAGE: '' },
              },
            },
          ]),
      {
        oxc: { jsx: { runtime: 'automatic' } },
        test: {
          ...shared,
          isolate: true,
          name: 'web',
          environment: 'happy-dom',
          include: ['packages/web/src/**/*.test.{ts,tsx}'],
        },
      },
    ],
  },
});
