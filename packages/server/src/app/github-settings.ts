import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { GitHubSettings } from '#features/github/index.ts';
import { type Config, ConfigError } from '#platform/config/index.ts';

/** What the GitHub feature needs to know, with the app's key read from its file. Throws ConfigError when that holds no key. */
export async function githubSettingsOf({ github, signIn, environment }: Config): Promise<GitHubSettings> {
  const { url, apiUrl, appId, appKeyFile, webhookSecret } = github;
  return {
    url,
    apiUrl,
    signIn: signIn === null ? null : { clientId: signIn.clientId, clientSecret: signIn.clientSecret.reveal() },
    app: appId === null || appKeyFile === null ? null : { id: appId, privateKey: await readKey(appKeyFile) },
    webhookSecret: webhookSecret?.reveal() ?? null,
    // Tests talk to a double on this machine, which wants no pauses.
    pace: environment === 'test' ? 'none' : 'github',
  };
}

async function readKey(path: string): Promise<string> {
  try {
    const key = await readFile(path, 'utf8');
    createPrivateKey(key);
    return key;
  } catch {
    // What is wrong with it may quote the key.
    throw new ConfigError([
      'YUDAI_GITHUB_APP_KEY_FILE must name a readable file with the private key of the app, in PEM.',
    ]);
  }
}
