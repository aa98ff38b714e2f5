import { modelProvider } from '../../packages/contract/src/index.ts';
import { scriptedEnvironment } from '../../packages/server/src/testing/scripted-model.ts';

const port = Number(process.env['E2E_PORT'] ?? 4799);

/** Where Yudai answers in local mode: one owner, no sign-in. */
export const localUrl = `http://127.0.0.1:${port}`;
/** Where it answers in team mode. */
export const teamUrl = `http://127.0.0.1:${port + 1}`;
/** Where the double of GitHub answers; the tests start it, so that they can arrange what is there. */
export const githubPort = port + 2;
/** Where the model of the team answers; the tests start it, so that they can write what it says. */
export const modelPort = port + 3;

export const githubApp = { clientId: 'Iv23liYudaiJourneys', clientSecret: 'journeys-client-secret-0123456789abcdef' };

/** What GitHub signs its deliveries with. */
export const webhookSecret = 'journeys-webhook-secret-0123456789abcdef';

/** Whose wire format the model speaks. The journeys are the same in each. */
export const scriptedProvider = modelProvider.parse(process.env['E2E_PROVIDER'] ?? 'compatible');

/** What makes a server one for a team, whose GitHub is the double. */
export const teamEnvironment: Record<string, string> = {
  YUDAI_ENV: 'test',
  YUDAI_PUBLIC_URL: teamUrl,
  YUDAI_GITHUB_URL: `http://127.0.0.1:${githubPort}`,
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
  ...scriptedEnvironment(scriptedProvider, `http://127.0.0.1:${modelPort}`),
};
