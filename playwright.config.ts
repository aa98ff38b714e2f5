import { existsSync } from 'node:fs';
import { defineConfig, devices } from '@playwright/test';
import { addressesOf, lanes, localUrl, teamEnvironment } from './e2e/support/addresses.ts';

// The first is Chromium without what draws windows: a page costs a sixth less.
const chromium = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path));
const executablePath = process.env['CHROMIUM'] ?? chromium;

// Runs beside each other keep apart what they find, and clear away only their own.
const run = process.env['E2E_RUN'] ?? 'e2e';

/** Journeys in a real browser against a server of their own, on a data directory that is new for each run. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: `test-results/${run}`,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  fullyParallel: false,
  workers: lanes,
  retries: process.env['CI'] === undefined ? 0 : 1,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['json', { outputFile: `test-results/${run}.json` }]],
  use: {
    ...devices['Desktop Chrome'],
    baseURL: localUrl,
    viewport: { width: 1400, height: 900 },
    // What fades in or out would be judged half seen: a notice that leaves has no contrast any more.
    contextOptions: { reducedMotion: 'reduce' },
    // A trace of every action costs much of the time of a run; by hand: `--trace retain-on-failure`.
    trace: process.env['CI'] === undefined ? 'off' : 'on-first-retry',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // A page lives for seconds: what the optimizing compilers spend on it never comes back.
        '--js-flags=--no-opt --no-maglev',
      ],
    },
  },
  // In each lane one server for a person alone, one for a team: each test file says which of them it is about.
  webServer: Array.from({ length: lanes }, (_, lane) => addressesOf(lane)).flatMap((at) => [
    serverAt(at.localUrl, {}),
    serverAt(at.teamUrl, teamEnvironment(at)),
  ]),
});

function serverAt(url: string, env: Record<string, string>) {
  return {
    command: `node scripts/e2e-server.mjs ${new URL(url).port}`,
    url: `${url}/health/ready`,
    env,
    timeout: 120_000,
    reuseExistingServer: false,
    stdout: 'pipe',
    stderr: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
  } as const;
}
