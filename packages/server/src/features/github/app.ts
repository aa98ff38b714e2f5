import { createSign } from 'node:crypto';
import type { GithubInstallation } from '@yudai/contract';
import { z } from 'zod';
import { AppError } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import { installationAnswer } from './answers.ts';
import type { GitHubClient, Speaker } from './client.ts';

/** The GitHub App of this installation of Yudai. */
export interface AppCredentials {
  readonly id: number;
  /** The private key in PEM. */
  readonly privateKey: string;
}

export interface AppOverview {
  slug: string;
  installations: (GithubInstallation & { repositories: string[] })[];
}

const installationTokenAnswer = z.object({ token: z.string().min(1), expires_at: z.iso.datetime() });
const mostInstallations = 100;

/** What Yudai does as its app instead of as a person: see where it is installed, and with which repositories. */
export function createGitHubApp(deps: {
  readonly client: GitHubClient;
  readonly clock: Clock;
  readonly credentials: AppCredentials | null;
}) {
  const { client, clock } = deps;
  const tokens = new Map<number, { token: string; expiresAt: number }>();

  function credentials(): AppCredentials {
    if (deps.credentials !== null) return deps.credentials;
    throw new AppError(
      'conflict',
      'No GitHub App is configured. Set YUDAI_GITHUB_APP_ID and YUDAI_GITHUB_APP_KEY_FILE (docs/github.md).',
    );
  }

  function asApp(): Speaker {
    const { id, privateKey } = credentials();
    return { key: 'app', token: appToken(id, privateKey, clock.now()) };
  }

  /** A token for one installation, good for an hour, kept until shortly before. */
  async function asInstallation(id: number, signal: AbortSignal): Promise<Speaker> {
    const known = tokens.get(id);
    if (known !== undefined && known.expiresAt - clock.now().getTime() > 60_000) {
      return { key: `installation-${id}`, token: known.token };
    }
    const { data } = await client.request(asApp(), {
      route: 'POST /app/installations/{installation_id}/access_tokens',
      parameters: { installation_id: id },
      answer: installationTokenAnswer,
      signal,
    });
    tokens.set(id, { token: data.token, expiresAt: new Date(data.expires_at).getTime() });
    return { key: `installation-${id}`, token: data.token };
  }

  async function repositoriesOf(id: number, signal: AbortSignal): Promise<string[]> {
    const answer = z.object({ repositories: z.array(z.object({ full_name: z.string() })) });
    const speaker = await asInstallation(id, signal);
    const parameters = { per_page: 100 };
    const { data } = await client.request(speaker, {
      route: 'GET /installation/repositories',
      parameters,
      answer,
      signal,
    });
    return data.repositories.map(({ full_name }) => full_name);
  }

  return {
    isConfigured: deps.credentials !== null,
    /** The app and where it is installed, with up to a hundred repositories each. Throws `conflict` without an app. */
    async overview(ctx: Context): Promise<AppOverview> {
      const { signal } = ctx;
      const app = await client.request(asApp(), { route: 'GET /app', answer: z.object({ slug: z.string() }), signal });
      const { data } = await client.request(asApp(), {
        route: 'GET /app/installations',
        parameters: { per_page: mostInstallations },
        answer: z.array(installationAnswer),
        signal,
      });
      const installations = [];
      for (const installation of data) {
        installations.push({ ...installation, repositories: await repositoriesOf(installation.id, signal) });
      }
      return { slug: app.data.slug, installations };
    },
  };
}

/** A JWT that proves to be the app: RS256, for less than the ten minutes that GitHub allows, dated back for clocks that differ. */
function appToken(id: number, privateKey: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claim = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ iat: seconds - 60, exp: seconds + 480, iss: String(id) })}`;
  return `${claim}.${createSign('RSA-SHA256').update(claim).sign(privateKey, 'base64url')}`;
}
