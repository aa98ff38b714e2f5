import { AsyncLocalStorage } from 'node:async_hooks';
import { betterAuth } from 'better-auth';
import { bearer, deviceAuthorization, genericOAuth } from 'better-auth/plugins';
import type { Id } from '@yudai/contract';
import type { Clock } from '#kernel/clock.ts';
import { newId } from '#kernel/ids.ts';
import type { Database } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { Secrets } from '#platform/secrets/index.ts';
import type { Admission } from './admission.ts';
import { type GithubProfile, readGithubProfile } from './github-profile.ts';
import { createStorage } from './auth-store.ts';
import { type CameFrom, type SignedIn, subjectOf } from './signed-in.ts';

export interface AuthSettings {
  /** Where people reach Yudai, without a slash at the end. */
  readonly publicUrl: string;
  readonly githubUrl: string;
  readonly githubApiUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface AuthDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly settings: AuthSettings;
  readonly admission: Admission;
}

export type Auth = ReturnType<typeof createAuth>;

/** The name of the session's cookie. `__Host-` keeps it to this host, to https (or loopback) and to no subdomain. */
export const sessionCookie = '__Host-yudai_session';
/** The clients that may ask for a device code. */
const deviceClients = ['yudai-cli', 'yudai-mcp'];
const day = 86_400;

// What a sign-in learns from GitHub, from the exchange of its code to the making of its session.
const arriving = new AsyncLocalStorage<Arrival>();

interface Arrival extends CameFrom {
  profile?: GithubProfile;
  tokens?: SignedIn['tokens'];
  /** Why they may not come in; null when they may. */
  refusal?: string | null;
}

/** Runs one request of a sign-in, so that its tokens reach the end of it without being stored on the way. */
export function duringSignIn<T>(from: CameFrom, work: () => Promise<T>): Promise<T> {
  return arriving.run({ ...from }, work);
}

/**
 * Sign-in with GitHub by better-auth: state, PKCE and sessions are its own. It never stores a token of GitHub: they go from the exchange
 * straight to `admission.admit`, which runs before there is a session.
 */
export function createAuth({ database, clock, log, secrets, settings, admission }: AuthDeps) {
  const { publicUrl } = settings;
  return betterAuth({
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret: secrets.derive('better-auth'),
    database: createStorage({ database, secrets }),
    trustedOrigins: [publicUrl],
    telemetry: { enabled: false },
    logger: {
      log: (level, message) =>
        log[level === 'error' ? 'warn' : 'debug']({ auth: message.slice(0, 300) }, 'sign-in said something'),
    },
    onAPIError: { errorURL: `${publicUrl}/sign-in` },
    // platform/limits counts requests, for all doors alike.
    rateLimit: { enabled: false },
    user: {
      fields: { email: 'subject', emailVerified: 'subjectVerified', image: 'avatarUrl' },
      additionalFields: {
        githubId: { type: 'number', bigint: true, required: false, input: true },
        username: { type: 'string', required: false, input: true },
        contact: { type: 'string', required: false, input: true, fieldName: 'email' },
        administrator: { type: 'boolean', required: false, input: false },
        suspendedAt: { type: 'date', required: false, input: false },
      },
      // Asked in the midst of a transaction, so it was decided before.
      validateUserInfo: () => {
        const { refusal = 'not_invited' } = arriving.getStore() ?? {};
        return refusal === null ? undefined : { error: refusal };
      },
    },
    session: {
      fields: { token: 'tokenHash', ipAddress: 'address' },
      expiresIn: 7 * day,
      updateAge: 3600,
      cookieCache: { enabled: false },
    },
    account: { accountLinking: { enabled: false } },
    verification: { storeIdentifier: 'hashed' },
    databaseHooks: {
      account: {
        create: { before: async (account) => ({ data: { ...account, ...withoutTokens } }) },
        update: { before: async (account) => ({ data: { ...account, ...withoutTokens } }) },
      },
      session: {
        delete: { after: async (session) => admission.leave(session.userId as Id<'user'>) },
        create: {
          before: async (session) => {
            const { profile, tokens, ...from } = arriving.getStore() ?? { address: null, requestId: null };
            const userId = session.userId as Id<'user'>;
            await (profile === undefined || tokens === undefined
              ? admission.readmit(userId, from)
              : admission.admit({ userId, github: profile, tokens }, from));
          },
        },
      },
    },
    advanced: {
      cookiePrefix: 'yudai',
      useSecureCookies: false,
      defaultCookieAttributes: { secure: true, httpOnly: true, sameSite: 'lax', path: '/' },
      cookies: { session_token: { name: sessionCookie }, state: { name: '__Host-yudai_state' } },
      ipAddress: { ipAddressHeaders: ['x-yudai-address'] },
      database: { generateId: ({ model }) => idOf(model, clock) },
    },
    plugins: [
      genericOAuth({
        config: [
          {
            providerId: 'github',
            authorizationUrl: `${settings.githubUrl}/login/oauth/authorize`,
            tokenUrl: `${settings.githubUrl}/login/oauth/access_token`,
            clientId: settings.clientId,
            clientSecret: settings.clientSecret,
            scopes: ['repo', 'read:user', 'user:email'],
            redirectURI: `${publicUrl}/api/auth/callback/github`,
            pkce: true,
            async getUserInfo(tokens) {
              const arrival = arriving.getStore();
              if (arrival === undefined || tokens.accessToken === undefined) return null;
              const profile = await readGithubProfile(settings.githubApiUrl, tokens.accessToken).catch(
                (error: unknown) => {
                  log.warn({ err: error }, 'GitHub did not say who signs in');
                  return null;
                },
              );
              // Told on the page of the sign-in, like everything that goes wrong on the way.
              if (profile === null) return null;
              arrival.refusal = await admission.judge(profile, arrival);
              if (arrival.refusal === null) await admission.adoptLocalOwner(profile);
              arrival.profile = profile;
              arrival.tokens = {
                accessToken: tokens.accessToken,
                expiresAt: tokens.accessTokenExpiresAt ?? null,
                refreshToken: tokens.refreshToken ?? null,
                refreshExpiresAt: tokens.refreshTokenExpiresAt ?? null,
                // GitHub puts commas between them, where the standard has spaces.
                scopes: (tokens.scopes ?? []).flatMap((scope) => scope.split(/[ ,]+/)).filter((scope) => scope !== ''),
              };
              const { id, name, avatarUrl } = profile;
              const image = avatarUrl ?? undefined;
              return { id: String(id), login: profile.login, name, image, email: subjectOf(id), emailVerified: true };
            },
            mapProfileToUser: (raw) => {
              const profile = arriving.getStore()?.profile;
              return { githubId: Number(raw['id']), username: profile?.login, contact: profile?.email };
            },
          },
        ],
      }),
      bearer(),
      deviceAuthorization({
        expiresIn: '10m',
        interval: '5s',
        verificationUri: `${publicUrl}/device`,
        schema: { deviceCode: { fields: { deviceCode: 'deviceCodeHash' } } },
        validateClient: (clientId) => deviceClients.includes(clientId),
      }),
    ],
  });
}

const withoutTokens = {
  accessToken: null,
  refreshToken: null,
  idToken: null,
  accessTokenExpiresAt: null,
  refreshTokenExpiresAt: null,
};

function idOf(model: string, clock: Clock): string {
  if (model === 'user') return newId('user', clock.now());
  return newId('authSession', clock.now());
}
