import { modelProvider } from '../../packages/contract/src/index.ts';
import { scriptedEnvironment } from '../../packages/server/src/testing/scripted-model.ts';

/** Journeys run in so many lanes side by side; each has servers of its own, which nobody else changes. */
export const lanes = Number(process.env['E2E_LANES'] ?? 1);

/** Who answers where in a lane. */
export function addressesOf(lane: number) {
  const port = Number(process.env['E2E_PORT'] ?? 4799) + 10 * lane;
  return {
    /** Yudai in local mode: one owner, no sign-in. */
    localUrl: `http://127.0.0.1:${port}`,
    /** Yudai in team mode. */
    teamUrl: `http://127.0.0.1:${port + 1}`,
    /** The double of GitHub; the tests start it, so that they can arrange what is there. */
    githubPort: port + 2,
    /** The model of the team; the tests start it, so that they can write what it says. */
    modelPort: port + 3,
    /** A Yudai that a test file starts for itself, so that it can kill it. */
    ownUrl: `http://127.0.0.1:${port + 4}`,
  };
}

/** Of the lane that this process is in, which Playwright numbers. */
export const { localUrl, teamUrl, githubPort, modelPort, ownUrl } = addressesOf(
  Number(process.env['TEST_PARALLEL_INDEX'] ?? 0),
);

export const githubApp = { clientId: 'Iv23liYudaiJourneys', clientSecret: 'journeys-client-secret-0123456789abcdef' };

/** What GitHub signs its deliveries with. */
export const webhookSecret = 'journeys-webhook-secret-0123456789abcdef';

/** Whose wire format the model speaks. The journeys are the same in each. */
export const scriptedProvider = modelProvider.parse(process.env['E2E_PROVIDER'] ?? 'compatible');

/** What makes a server one for a team, whose GitHub is the double. */
export const teamEnvironment = (at: ReturnType<typeof addressesOf>): Record<string, string> => ({
  YUDAI_ENV: 'test',
  YUDAI_PUBLIC_URL: at.teamUrl,
  YUDAI_GITHUB_URL: `http://127.0.0.1:${at.githubPort}`,
  YUDAI_GITHUB_CLIENT_ID: githubApp.clientId,
  YUDAI_GITHUB_CLIENT_SECRET: githubApp.clientSecret,
  YUDAI_GITHUB_WEBHOOK_SECRET: webhookSecret,
  // Everybody else gets in by invitation only, as it is unless told.
  YUDAI_ADMINISTRATORS: 'ada,grace',
  // What the journeys do in a minute, people do in a day.
  YUDAI_RATE_LIMIT: '100000',
  YUDAI_RATE_LIMIT_AUTH: '100000',
  YUDAI_RATE_LIMIT_ANSWERS: '100000',
  YUDAI_ALLOW_PRIVATE_GIT_HOSTS: 'true',
  ...scriptedEnvironment(scriptedProvider, `http://127.0.0.1:${at.modelPort}`),
});
