import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, type ApiCall, type Caller, missing, refusal } from './answers.ts';
import { appToken } from './app-token.ts';
import type { Emulator } from './emulator.ts';
import type { GitRepositories } from './git-repositories.ts';
import { serveGit } from './git-http.ts';
import { type Json, type JsonObject, objectOf, parseJson, textOf } from './json.ts';
import type { OAuth, Page } from './oauth.ts';
import type { Description } from './openapi.ts';
import { createPulls } from './pulls.ts';
import { repaired } from './repairs.ts';
import type { Tokens } from './tokens.ts';

/** One request to the API that was answered. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly login: string | null;
  readonly status: number;
}

export type Trouble =
  | 'none'
  | 'outage'
  | 'unreachable'
  | 'rate_limit'
  | 'secondary_limit'
  | 'forbidden'
  /** Does what it is asked for, and answers when the trouble is over. */
  | 'held'
  /** Does what it is asked for, and closes the connection without an answer. */
  | 'lost_answer';

export interface FrontParts {
  readonly url: string;
  readonly apiUrl: string;
  readonly emulator: Emulator;
  readonly repositories: GitRepositories;
  /** Read while everything else starts; the first request waits for it. */
  readonly description: Promise<Description>;
  readonly tokens: Tokens;
  readonly oauth: OAuth;
  /** Accounts on which the app is installed. */
  readonly installed: ReadonlySet<string>;
  /** Every repository there is, as `owner/name`. */
  readonly fullNames: () => readonly string[];
  /** What somebody may do in a repository that they see. */
  readonly rightOf: (fullName: string, login: string) => 'admin' | 'push' | 'pull';
  readonly seen: SeenRequest[];
  readonly violations: string[];
  /** What goes wrong with the next requests: how many more, and how. */
  readonly trouble: {
    kind: Trouble;
    left: number;
    retryAfterSeconds: number;
    noRenewals: boolean;
    /** Only requests of this method meet it, where an answer is held or lost; null for all. */
    method: string | null;
    /** Resolves when this trouble is over. */
    over: PromiseWithResolvers<void>;
  };
  /** The grant of every request for tokens. */
  readonly exchanges: string[];
  /** Somebody pushed. */
  readonly onPush: (fullName: string, login: string) => Promise<void>;
}

/** What listens: git, sign-in and the API, each with GitHub's rules where the emulator is more lenient. */
export function createFront(parts: FrontParts) {
  const pulls = createPulls(parts);

  return async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await isTroubled(parts, request, response)) return;
    const url = new URL(request.url ?? '/', parts.url);
    if (/\/(info\/refs|git-upload-pack|git-receive-pack)$/.test(url.pathname)) return answerGit(request, response, url);
    const body = await bodyOf(request);
    if (url.pathname.startsWith('/avatars/')) return sendPage(response, picture);
    if (url.pathname.startsWith('/login/oauth/')) return sendPage(response, signIn(request, url, body));
    if (!url.pathname.startsWith('/api/v3/'))
      return sendPage(response, { status: 404, headers: {}, body: 'Not Found' });
    return answerApi(request, response, url, body);
  };

  async function answerApi(request: IncomingMessage, response: ServerResponse, url: URL, text: string): Promise<void> {
    const path = decodeURI(url.pathname.slice('/api/v3'.length));
    const method = request.method ?? 'GET';
    const caller = callerOf(request);
    const body = text === '' ? undefined : parseJson(text);
    const description = await parts.description;
    const refused = description.checkRequest(method, path, url.searchParams, body);
    parts.violations.push(...refused);
    const answered =
      caller === null
        ? { status: 401, body: refusal('Bad credentials') }
        : await operate({ method, path, query: url.searchParams, body, caller, accept: request.headers.accept ?? '' });
    const complete = {
      ...answered,
      body:
        typeof answered.body === 'string'
          ? answered.body
          : repaired(path, answered.body, (fullName) => parts.rightOf(fullName, caller?.login ?? '')),
    };
    if (typeof complete.body !== 'string') {
      parts.violations.push(...description.checkResponse(method, path, complete.status, complete.body));
    }
    if (await isLost(parts, method)) return void response.destroy();
    const status = send(request, response, complete, caller);
    parts.seen.push({ method, path, query: url.search, login: caller?.login ?? null, status });
  }

  async function operate(call: ApiCall): Promise<Answer> {
    const special = await pulls.answer(call);
    if (special !== null) return special;
    const { method, path, query, body, caller, accept } = call;
    if (method === 'GET' && path === '/user/installations') return userInstallations(caller);
    if (method === 'GET' && path === '/installation/repositories') return installationRepositories(caller);
    if (method === 'GET' && path === '/user/repos' && caller.login !== null) return ownRepositories(caller, query);
    const installation = /^\/app\/installations\/(\d+)/.exec(path)?.[1];
    if (installation !== undefined && !(await isInstalled(Number(installation), caller))) return missing;
    const search = query.size === 0 ? '' : `?${query.toString()}`;
    const answered = await parts.emulator.ask({
      method,
      path: `${encodeURI(path)}${search}`,
      as: caller.as,
      body,
      accept,
    });
    if (path === '/app/installations' && Array.isArray(answered.body)) {
      return { ...answered, body: answered.body.filter((item: Json) => parts.installed.has(accountOf(item))) };
    }
    // What is private is not there for who may not see it.
    const fullName = /^\/repos\/([^/]+\/[^/]+)/.exec(path)?.[1];
    const refused = answered.status === 401 || answered.status === 403;
    if (!refused || fullName === undefined) return answered;
    const seen = await parts.emulator.ask({ method: 'GET', path: `/repos/${fullName}`, as: caller.as });
    return seen.status === 200 ? answered : missing;
  }

  async function isInstalled(id: number, caller: Caller): Promise<boolean> {
    const { body } = await parts.emulator.ask({ method: 'GET', path: `/app/installations/${id}`, as: caller.as });
    return parts.installed.has(accountOf(body));
  }

  /** The emulator has no such list: what of the app's installations a person may see. */
  async function userInstallations({ login, as }: Caller): Promise<Answer> {
    if (login === null) return { status: 401, body: refusal('Requires authentication') };
    const app = parts.emulator.app;
    const { body } = await parts.emulator.ask({
      method: 'GET',
      path: '/app/installations?per_page=100',
      as: { token: appToken(app) },
    });
    const organizations = await parts.emulator.ask({ method: 'GET', path: '/user/orgs?per_page=100', as });
    const mine = [
      login,
      ...(Array.isArray(organizations.body) ? organizations.body : []).map((item: Json) =>
        textOf(objectOf(item)['login']),
      ),
    ];
    const all = Array.isArray(body)
      ? body.filter((item: Json) => parts.installed.has(accountOf(item)) && mine.includes(accountOf(item)))
      : [];
    return { status: 200, body: { total_count: all.length, installations: all } };
  }

  async function installationRepositories({ as }: Caller): Promise<Answer> {
    const answers = await Promise.all(
      parts.fullNames().map((fullName) => parts.emulator.ask({ method: 'GET', path: `/repos/${fullName}`, as })),
    );
    // What the app may not write to, it sees only because everybody does.
    const own = answers.filter(({ status, body }) => status === 200 && parts.installed.has(ownerOf(body)));
    return { status: 200, body: { total_count: own.length, repositories: own.map(({ body }) => body ?? null) } };
  }

  /** The emulator leaves those of organizations out. */
  async function ownRepositories({ login, as }: Caller, query: URLSearchParams): Promise<Answer> {
    const names = parts.fullNames().filter((fullName) => parts.rightOf(fullName, login ?? '') !== 'pull');
    const answers = await Promise.all(
      names.map((fullName) => parts.emulator.ask({ method: 'GET', path: `/repos/${fullName}`, as })),
    );
    const found = answers.filter(({ status }) => status === 200).map(({ body }) => objectOf(body));
    const pushed = (body: JsonObject) => textOf(body['pushed_at']) || textOf(body['updated_at']);
    const sorted = found.toSorted((a, b) => (pushed(a) < pushed(b) ? 1 : -1));
    const page = Number(query.get('page') ?? 1);
    const size = Number(query.get('per_page') ?? 30);
    const last = Math.max(1, Math.ceil(sorted.length / size));
    const link = (number: number, relation: string) =>
      `<${parts.apiUrl}/user/repos?per_page=${size}&page=${number}>; rel="${relation}"`;
    const links = page < last ? `${link(page + 1, 'next')}, ${link(last, 'last')}` : null;
    return { status: 200, body: sorted.slice((page - 1) * size, page * size), link: links };
  }

  async function answerGit(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const fullName = url.pathname
      .split('/')
      .slice(1, 3)
      .join('/')
      .replace(/\.git$/, '');
    const caller = callerOf(request);
    const pushes = url.pathname.endsWith('git-receive-pack') || url.searchParams.get('service') === 'git-receive-pack';
    const known =
      caller === null
        ? { status: 401, body: null }
        : await parts.emulator.ask({ method: 'GET', path: `/repos/${fullName}`, as: caller.as });
    const mayPush = parts.rightOf(fullName, caller?.login ?? '') !== 'pull';
    if (known.status !== 200 || (pushes && !mayPush)) {
      const status = caller === null || caller.as === undefined ? 401 : pushes && known.status === 200 ? 403 : 404;
      response.writeHead(status, { 'www-authenticate': 'Basic realm="GitHub"' }).end();
      return;
    }
    const login = caller?.login ?? null;
    const received = url.pathname.endsWith('git-receive-pack') && login !== null;
    await serveGit(
      {
        root: parts.repositories.root,
        login,
        onDone: async () => (received ? parts.onPush(fullName, login) : undefined),
      },
      request,
      response,
    );
  }

  function callerOf(request: IncomingMessage): Caller | null {
    const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ');
    if (value === '') return { login: null, as: undefined, scopes: [] };
    const token =
      scheme.toLowerCase() === 'basic' ? (Buffer.from(value, 'base64').toString('utf8').split(':')[1] ?? '') : value;
    if (token.startsWith('eyJ')) return { login: null, as: { token }, scopes: [] };
    if (token.startsWith('ghs_')) return { login: null, as: { token }, scopes: [] };
    const known = parts.tokens.find(token);
    return known === null ? null : { login: known.login, as: { login: known.login }, scopes: known.scopes };
  }

  function signIn(request: IncomingMessage, url: URL, text: string): Page {
    const form = new URLSearchParams(
      request.headers['content-type']?.includes('json') === true
        ? Object.fromEntries(Object.entries(objectOf(parseJson(text))).map(([name, value]) => [name, textOf(value)]))
        : text,
    );
    const [, credentials] = /^Basic (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (credentials !== undefined) {
      const [id = '', secret = ''] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
      form.set('client_id', decodeURIComponent(id));
      form.set('client_secret', decodeURIComponent(secret));
    }
    if (url.pathname === '/login/oauth/authorize') {
      return request.method === 'POST' ? parts.oauth.giveConsent(form) : parts.oauth.askConsent(url.searchParams);
    }
    if (url.pathname === '/login/oauth/access_token' && request.method === 'POST') {
      const grant = form.get('grant_type') ?? 'authorization_code';
      parts.exchanges.push(grant);
      if (grant === 'refresh_token' && parts.trouble.noRenewals) return { status: 503, headers: {}, body: '' };
      return parts.oauth.exchange(form, request.headers.accept ?? '');
    }
    return { status: 404, headers: {}, body: 'Not Found' };
  }
}

/** Everybody looks the same. */
const picture: Page = {
  status: 200,
  headers: { 'content-type': 'image/svg+xml' },
  body: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#6f80ec"/></svg>',
};

/** Whether the answer to what was done gets lost; waits while answers are held. */
async function isLost({ trouble }: FrontParts, method: string): Promise<boolean> {
  if (trouble.method !== null && trouble.method !== method) return false;
  if ((trouble.kind !== 'held' && trouble.kind !== 'lost_answer') || trouble.left <= 0) return false;
  trouble.left -= 1;
  if (trouble.kind === 'lost_answer') return true;
  await trouble.over.promise;
  return false;
}

/** Answers what goes wrong on purpose; false when nothing does. */
async function isTroubled(parts: FrontParts, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const { trouble } = parts;
  if (trouble.kind === 'none' || trouble.kind === 'held' || trouble.kind === 'lost_answer') return false;
  if (trouble.left <= 0) return false;
  trouble.left -= 1;
  parts.seen.push({ method: request.method ?? '', path: request.url ?? '', query: '', login: null, status: 0 });
  const tell = (status: number, message: string, headers: Record<string, string> = {}) => {
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(refusal(message)));
  };
  const reset = String(Math.floor(Date.now() / 1000) + trouble.retryAfterSeconds);
  switch (trouble.kind) {
    case 'unreachable':
      request.socket.destroy();
      return true;
    case 'outage':
      tell(503, 'Service Unavailable');
      return true;
    case 'forbidden':
      tell(403, 'Resource not accessible by integration');
      return true;
    case 'rate_limit':
      tell(403, 'API rate limit exceeded for user ID 1.', {
        'x-ratelimit-limit': '5000',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': reset,
      });
      return true;
    case 'secondary_limit':
      tell(403, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.', {
        'retry-after': String(trouble.retryAfterSeconds),
      });
      return true;
  }
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer, caller: Caller | null): number {
  const isText = typeof answer.body === 'string';
  const text = answer.body === undefined ? '' : isText ? String(answer.body) : JSON.stringify(answer.body);
  const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`;
  const fresh = request.method === 'GET' && answer.status === 200;
  const isSame = fresh && request.headers['if-none-match'] === etag;
  response.writeHead(isSame ? 304 : answer.status, {
    ...(isSame || text === ''
      ? {}
      : { 'content-type': isText ? 'application/vnd.github.diff; charset=utf-8' : 'application/json; charset=utf-8' }),
    ...(fresh ? { etag, 'cache-control': 'private, max-age=60, s-maxage=60' } : {}),
    ...(answer.link ? { link: answer.link } : {}),
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4987',
    'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600),
    'x-ratelimit-resource': 'core',
    ...(caller?.login ? { 'x-oauth-scopes': caller.scopes.join(', ') } : {}),
  });
  response.end(isSame ? '' : text);
  return isSame ? 304 : answer.status;
}

function sendPage(response: ServerResponse, { status, headers, body }: Page): void {
  response.writeHead(status, headers).end(body);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function accountOf(installation: Json | undefined): string {
  return textOf(objectOf(objectOf(installation)['account'])['login']);
}

function ownerOf(repository: Json | undefined): string {
  return textOf(objectOf(objectOf(repository)['owner'])['login']);
}
