import { type Client, createClient } from '@yudai/contract/client';
import { type GitHubDouble, startGitHubDouble } from './github/index.ts';
import { startTestApp, type TestApp, type TestAppOptions } from './start-test-app.ts';

/** Somebody's browser: it keeps cookies, sends them back, and says which page asks. */
export interface TestBrowser {
  readonly client: Client;
  /** A request as a browser makes it from a page of Yudai; redirects are not followed. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The cookies it has, by name. */
  readonly cookies: Map<string, string>;
  /** What a socket or another client sends to be the same browser. */
  headers(): Record<string, string>;
}

export interface TeamApp extends TestApp {
  readonly github: GitHubDouble;
  browser(): TestBrowser;
  /** Goes through the whole sign-in with GitHub as this person, who is added there when new; answers with their browser. */
  signIn(login: string, next?: string): Promise<TestBrowser & { readonly landedAt: string }>;
}

export const publicUrl = 'http://localhost';
/** Who looks after a team's installation in tests. */
export const administrator = 'grace';

/** The whole product in team mode beside a GitHub of its own. `await using` closes both. */
export async function startTeamApp(
  options: TestAppOptions & { readonly github?: GitHubDouble } = {},
): Promise<TeamApp> {
  const { github: given, env, ...rest } = options;
  const github = given ?? (await startGitHubDouble());
  github.allowRedirect(`${publicUrl}/api/auth/callback/github`);
  const app = await startTestApp({
    ...rest,
    env: {
      YUDAI_GITHUB_URL: github.url,
      YUDAI_GITHUB_CLIENT_ID: github.clientId,
      YUDAI_GITHUB_CLIENT_SECRET: github.clientSecret,
      YUDAI_PUBLIC_URL: publicUrl,
      YUDAI_ADMINISTRATORS: administrator,
      YUDAI_SIGN_UP: 'open',
      // What a test does in a second, a person does in a day; the tests of the limits set their own.
      YUDAI_RATE_LIMIT: '100000',
      YUDAI_RATE_LIMIT_AUTH: '100000',
      YUDAI_RATE_LIMIT_ANSWERS: '100000',
      YUDAI_RATE_LIMIT_SOLVES: '100000',
      ...env,
    },
  });
  const known = new Set<string>();
  const close = async (): Promise<void> => {
    await app.close();
    if (given === undefined) await github.close();
  };
  return {
    ...app,
    github,
    browser: () => openBrowser(app),
    async signIn(login, next = '/') {
      if (!known.has(login)) await github.addUser({ login, name: nameOf(login) });
      known.add(login);
      const browser = openBrowser(app);
      const start = await browser.fetch(`/api/auth/login?next=${encodeURIComponent(next)}`);
      const back = await github.authorize(start.headers.get('location') ?? '', login);
      const landing = await browser.fetch(back.slice(publicUrl.length));
      return { ...browser, landedAt: landing.headers.get('location') ?? '' };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Not the login itself: the double exchanges logins for its own wherever they stand. */
function nameOf(login: string): string {
  return `${login.slice(0, 1).toUpperCase()}${login.slice(1)} Example`;
}

function openBrowser(app: TestApp): TestBrowser {
  const cookies = new Map<string, string>();
  const headers = (): Record<string, string> =>
    cookies.size === 0 ? {} : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  const send = async (request: Request): Promise<Response> => {
    for (const [name, value] of Object.entries(headers())) request.headers.set(name, value);
    if (request.method !== 'GET' && !request.headers.has('origin')) request.headers.set('origin', publicUrl);
    const answer = await app.app.fetch(request);
    for (const cookie of answer.headers.getSetCookie()) keep(cookies, cookie);
    return answer;
  };
  return {
    cookies,
    headers,
    client: createClient({ url: publicUrl, fetch: send }),
    fetch: (path, init = {}) => send(new Request(`${publicUrl}${path}`, init)),
  };
}

function keep(cookies: Map<string, string>, header: string): void {
  const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
  const at = pair.indexOf('=');
  const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
  const isGone = attributes.some((attribute) => /^max-age=0$/i.test(attribute));
  if (isGone || value === '') cookies.delete(name);
  else cookies.set(name, value);
}
