import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:net';
import { createEmulator } from 'emulate';
import { isObject, type Json, type JsonObject, mapObjects, parseJson, textOf } from './json.ts';

/** A request to the emulator. The path starts behind `/api/v3`. */
export interface EmulatedRequest {
  readonly method: string;
  readonly path: string;
  /** Whose token speaks: a login, a token that the emulator minted, or nobody. */
  readonly as?: { readonly login: string } | { readonly token: string } | undefined;
  readonly body?: Json | undefined;
  readonly accept?: string | undefined;
}

export interface EmulatedAnswer {
  readonly status: number;
  readonly body: Json | undefined;
  /** The `Link` header, if any. */
  readonly link: string | null;
}

export interface Emulator {
  readonly app: { readonly id: number; readonly slug: string; readonly privateKey: string };
  ask(request: EmulatedRequest): Promise<EmulatedAnswer>;
  /** Gives a place to a person; the emulator itself knows only those it was started with. */
  takeUser(login: string): void;
  /** The same for an organization, of which the site administrator is the only member. */
  takeOrganization(login: string): void;
  close(): Promise<void>;
}

/** The ids of GitHub have long left 32 bits; those of the emulator begin at 1. */
export const idOffset = 3_000_000_000;

const places = 32;
const appId = 2_200_001;
/** Administrator of every organization; nobody signs in as this one. */
export const siteAdministrator = 'place-00-x';

/**
 * The emulator behind names and ids as GitHub gives them. It cannot add people while it runs, so it starts with places: `place-07-x`
 * becomes the login it was given in everything that comes out, and back in everything that goes in.
 */
export async function startEmulator(urls: { readonly url: string; readonly apiUrl: string }): Promise<Emulator> {
  const privateKey = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey;
  const app = { id: appId, slug: 'yudai-test', privateKey };
  const port = await freePort();
  const users = placesOf('place');
  const organizations = placesOf('circle');
  const emulator = await createEmulator({
    service: 'github',
    port,
    baseUrl: urls.apiUrl,
    seed: {
      tokens: Object.fromEntries(users.map((login) => [`token-of-${login}`, { login, scopes: ['repo', 'user'] }])),
      github: {
        users: users.map((login) => ({ login })),
        orgs: organizations.map((login) => ({ login, members: [{ login: siteAdministrator, role: 'admin' }] })),
        apps: [
          {
            app_id: app.id,
            slug: app.slug,
            name: 'Yudai test',
            private_key: privateKey,
            permissions: {
              contents: 'read',
              metadata: 'read',
              issues: 'write',
              pull_requests: 'write',
              checks: 'read',
            },
            events: ['push', 'issues', 'pull_request'],
            // Everywhere; what is really installed is for who asks to know.
            installations: [...users, ...organizations].map((account, index) => ({
              installation_id: 62_000_000 + index,
              account,
              repository_selection: 'all',
            })),
          },
        ],
      },
    },
  });
  const names = createNames({ users: users.slice(1), organizations });
  return {
    app,
    takeUser: (login) => names.take('users', login),
    takeOrganization: (login) => names.take('organizations', login),
    ask: async (request) => {
      const response = await fetch(`http://127.0.0.1:${port}${names.inward(smallIds(request.path))}`, {
        method: request.method,
        headers: headersOf(request, names.placeOf),
        ...(request.body === undefined ? {} : { body: JSON.stringify(withPlaces(request.body, names.inward)) }),
      });
      const text = names.outward(await response.text());
      const body = parseJson(text);
      return {
        status: response.status,
        body: body === undefined ? undefined : mapObjects(body, (object) => asOnGitHub(object, urls)),
        link: response.headers.get('link') === null ? null : names.outward(response.headers.get('link') ?? ''),
      };
    },
    close: () => emulator.close(),
  };
}

/** Names of people stand in a body only here; everywhere else the same letters are somebody's text. */
function withPlaces(body: Json, inward: (text: string) => string): Json {
  if (!isObject(body)) return body;
  const { head, assignees } = body;
  return {
    ...body,
    ...(typeof head === 'string' ? { head: inward(head) } : {}),
    ...(Array.isArray(assignees) ? { assignees: assignees.map((login: Json) => inward(textOf(login))) } : {}),
  };
}

interface Names {
  take(kind: 'users' | 'organizations', login: string): void;
  placeOf(login: string): string;
  inward(text: string): string;
  outward(text: string): string;
}

function createNames(free: { users: string[]; organizations: string[] }): Names {
  const placeOfLogin = new Map<string, string>();
  const loginOfPlace = new Map<string, string>();
  return {
    take(kind, login) {
      if (placeOfLogin.has(login)) return;
      const place = free[kind].shift();
      if (place === undefined) throw new Error(`The double has no more places for ${kind}.`);
      placeOfLogin.set(login, place);
      loginOfPlace.set(place, login);
    },
    placeOf: (login) => placeOfLogin.get(login) ?? login,
    // A login stands between marks: /repos/ada/x, "ada", ada:branch, repo:ada/x, user:ada.
    inward: (text) =>
      text.replaceAll(
        /(?<=^|[/":+ ]|%3A|%20)([A-Za-z0-9-]+)(?=$|[/":?&+ ]|%3A|%2F|%20)/g,
        (name) => placeOfLogin.get(name) ?? name,
      ),
    outward: (text) => text.replaceAll(/(?:place|circle)-\d\d-x/g, (place) => loginOfPlace.get(place) ?? place),
  };
}

function placesOf(kind: 'place' | 'circle'): string[] {
  return Array.from({ length: places }, (_, index) => `${kind}-${String(index).padStart(2, '0')}-x`);
}

function headersOf(request: EmulatedRequest, placeOf: (login: string) => string): Record<string, string> {
  const token =
    request.as === undefined
      ? null
      : 'token' in request.as
        ? request.as.token
        : `token-of-${placeOf(request.as.login)}`;
  return {
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(request.accept === undefined ? {} : { accept: request.accept }),
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
  };
}

/** Large ids, web addresses without `/api/v3`, and avatars that are there. */
function asOnGitHub(object: JsonObject, { url, apiUrl }: { url: string; apiUrl: string }): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => {
      if (/^(id|.*_id)$/.test(key) && typeof value === 'number' && value > 0 && value < 1_000_000) {
        return [key, value + idOffset];
      }
      const isWeb = /^(html_url|clone_url|git_url|ssh_url|svn_url|avatar_url|details_url|diff_url|patch_url)$/.test(
        key,
      );
      if (isWeb && typeof value === 'string') return [key, value.replace(apiUrl, url)];
      return [key, value];
    }),
  );
}

/** Ids in a path go back to what the emulator counts. */
function smallIds(path: string): string {
  return path.replaceAll(/(?<=[/=])3\d{9}(?=$|[/?&])/g, (id) => String(Number(id) - idOffset));
}

/** The emulator tells its base URL instead of its port, so the port is chosen here. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
