import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appToken } from './app-token.ts';
import { type EmulatedAnswer, type Emulator, siteAdministrator, startEmulator } from './emulator.ts';
import { createFront, type SeenRequest, type Trouble } from './front.ts';
import { createGitRepositories, type GitRepositories } from './git-repositories.ts';
import { type Json, type JsonObject, numberOf, objectOf, textOf } from './json.ts';
import { createOAuth } from './oauth.ts';
import { loadDescription } from './openapi.ts';
import { type KnownObjects, nothingKnown, synchronize } from './synchronize.ts';
import { createTokens, type TokenPair } from './tokens.ts';
import { deliver, type Delivery } from './webhooks.ts';

export interface NewRepository {
  /** `owner/name`; the owner is a person or organization that was added. */
  readonly fullName: string;
  readonly private?: boolean;
  readonly defaultBranch?: string;
  readonly description?: string;
  /** The first commit; without files the repository is empty. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Who else may push. */
  readonly collaborators?: readonly string[];
}

export interface DoubleOptions {
  readonly port?: number;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly redirectUris?: readonly string[];
  /** Whether tokens end after eight hours and come with a refresh token, as those of GitHub Apps do. Yes, unless told. */
  readonly expiringTokens?: boolean;
}

/** GitHub on this machine. Everything that comes in and goes out is held against GitHub's own description of its API. */
export interface GitHubDouble {
  /** Web and git: `http://127.0.0.1:4711`. The API stands at `/api/v3` below it, as on an Enterprise server. */
  readonly url: string;
  readonly apiUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The GitHub App, installed where `install` was called. */
  readonly app: Emulator['app'];
  readonly repositories: GitRepositories;
  /** Registers where sign-ins may come back to; compared letter by letter. */
  allowRedirect(uri: string): void;
  addUser(user: {
    readonly login: string;
    readonly name?: string;
    readonly email?: string;
  }): Promise<{ id: number; login: string }>;
  addOrganization(organization: { readonly login: string; readonly members: readonly string[] }): Promise<void>;
  addRepository(repository: NewRepository): Promise<{ id: number; fullName: string; cloneUrl: string }>;
  /** Commits to a branch (the default one, unless told) and returns the commits before and after. */
  pushCommit(
    fullName: string,
    commit: {
      readonly files: Readonly<Record<string, string | Uint8Array | null>>;
      readonly message?: string;
      readonly branch?: string;
    },
  ): Promise<{ before: string; after: string; branch: string }>;
  /** Installs the app on an account; answers with the installation's id. */
  install(login: string): Promise<number>;
  uninstall(login: string): void;
  /** Asks the API as a person, past all troubles: for arranging and for looking at what was done. */
  as(login: string, method: string, path: string, body?: Json): Promise<EmulatedAnswer>;
  /** What a person types in by hand. */
  personalToken(login: string): string;
  tokenPair(login: string, scopes?: readonly string[]): TokenPair;
  /** Says yes on the page of this URL, as this person; answers with where the browser goes next. */
  authorize(authorizeUrl: string, login: string): Promise<string>;
  revokeToken(token: string): void;
  revokeTokensOf(login: string): void;
  expireTokensOf(login: string): void;
  /** Every token that was ever given. */
  tokens(): string[];
  /** Something goes wrong with the next requests: all, unless a number is given. Answers are held and lost of one method, when it is named. */
  makeTrouble(
    kind: Trouble,
    options?: { readonly times?: number; readonly retryAfterSeconds?: number; readonly method?: string | null },
  ): void;
  /** Refresh tokens are answered with 503 until told otherwise. */
  refuseRenewals(refused: boolean): void;
  /** The grant of every request for tokens, in order. */
  tokenExchanges(): string[];
  sendWebhook(delivery: Delivery, send?: (request: Request) => Promise<Response>): Promise<Response>;
  /** The payload of a push that was made. */
  pushPayload(fullName: string, push: { before: string; after: string; branch: string }): Promise<JsonObject>;
  /** What did not conform to GitHub's description so far: requests of ours, answers of the emulator. */
  violations(): string[];
  requests(): SeenRequest[];
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts the double in a moment; several may run side by side. */
export async function startGitHubDouble(options: DoubleOptions = {}): Promise<GitHubDouble> {
  const application = {
    clientId: options.clientId ?? 'Iv23liYudaiTest',
    clientSecret: options.clientSecret ?? 'double-client-secret-0123456789abcdef',
    redirectUris: [...(options.redirectUris ?? [])],
  };
  const root = await mkdtemp(join(tmpdir(), 'yudai-github-'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  // A listening TCP server has an AddressInfo, never a pipe's name.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const apiUrl = `${url}/api/v3`;
  const emulator = await startEmulator({ url, apiUrl });
  // Reading 13 MB of JSON holds the process up for a moment, so it comes after the start and before the first answer.
  const description = loadDescription();
  const repositories = createGitRepositories(root);
  const tokens = createTokens({ expiring: options.expiringTokens ?? true });
  const people = new Map<string, { name: string; email: string }>();
  const organizations = new Set<string>();
  /** Who may push where, by `owner/name` and by organization. */
  const members = new Map<string, readonly string[]>();
  const installed = new Set<string>();
  const known = new Map<string, KnownObjects>();
  const seen: SeenRequest[] = [];
  const violations: string[] = [];
  const trouble = {
    kind: 'none' as Trouble,
    left: 0,
    retryAfterSeconds: 1,
    noRenewals: false,
    method: null,
    over: Promise.withResolvers<void>(),
  };
  const exchanges: string[] = [];

  const update = async (fullName: string, login: string) => {
    const objects = known.get(fullName) ?? nothingKnown();
    known.set(fullName, objects);
    await synchronize({ emulator, repositories }, fullName, login, objects);
  };
  const front = createFront({
    url,
    apiUrl,
    emulator,
    repositories,
    description,
    tokens,
    oauth: createOAuth(application, tokens, () => [...people.keys()]),
    installed,
    fullNames: () => [...known.keys()],
    rightOf: (fullName, login) => {
      const owner = fullName.split('/')[0] ?? '';
      if (owner === login) return 'admin';
      return [owner, fullName].some((name) => members.get(name)?.includes(login) === true) ? 'push' : 'pull';
    },
    seen,
    violations,
    trouble,
    exchanges,
    onPush: update,
  });
  server.on('request', (request, response) => {
    front(request, response).catch((error: unknown) => {
      violations.push(`The double failed at ${request.method} ${request.url}: ${String(error)}`);
      response.writeHead(500).end();
    });
  });

  const ask = (login: string, method: string, path: string, body?: Json) =>
    emulator.ask({ method, path, as: { login }, body });
  const must = async (login: string, method: string, path: string, body?: Json) => {
    const answer = await ask(login, method, path, body);
    if (answer.status >= 300) throw new Error(`The emulator answered ${answer.status} to ${method} ${path}.`);
    return objectOf(answer.body);
  };
  const writerOf = (fullName: string) => {
    const owner = fullName.split('/')[0] ?? '';
    return organizations.has(owner) ? siteAdministrator : owner;
  };

  const double: GitHubDouble = {
    url,
    apiUrl,
    clientId: application.clientId,
    clientSecret: application.clientSecret,
    app: emulator.app,
    repositories,
    allowRedirect: (uri) => void application.redirectUris.push(uri),
    async addUser({ login, name, email }) {
      emulator.takeUser(login);
      people.set(login, { name: name ?? login, email: email ?? `${login}@example.org` });
      const user = await must(login, 'PATCH', '/user', { name: name ?? login, email: email ?? `${login}@example.org` });
      return { id: numberOf(user['id']), login };
    },
    async addOrganization({ login, members: team }) {
      emulator.takeOrganization(login);
      organizations.add(login);
      members.set(login, team);
      for (const member of team) {
        await must(siteAdministrator, 'PUT', `/orgs/${login}/memberships/${member}`, { role: 'member' });
      }
    },
    async addRepository(repository) {
      const { fullName, files } = repository;
      const [owner = '', name = ''] = fullName.split('/');
      const writer = writerOf(fullName);
      const branch = repository.defaultBranch ?? 'main';
      const made = await must(writer, 'POST', organizations.has(owner) ? `/orgs/${owner}/repos` : '/user/repos', {
        name,
        private: repository.private ?? false,
        description: repository.description ?? null,
      });
      await repositories.create(fullName, branch);
      known.set(fullName, nothingKnown());
      if (files !== undefined) {
        await repositories.commit(fullName, { branch, message: 'Start', author: authorOf(writer), files });
        await update(fullName, writer);
        if (branch !== 'main') await must(writer, 'PATCH', `/repos/${fullName}`, { default_branch: branch });
      }
      members.set(fullName, repository.collaborators ?? []);
      for (const login of repository.collaborators ?? []) {
        await must(writer, 'PUT', `/repos/${fullName}/collaborators/${login}`, { permission: 'push' });
      }
      return { id: numberOf(made['id']), fullName, cloneUrl: `${url}/${fullName}.git` };
    },
    async pushCommit(fullName, { files, message = 'Change', branch }) {
      const writer = writerOf(fullName);
      const defaultBranch = await repositories.git(fullName, 'symbolic-ref', '--short', 'HEAD');
      const target = branch ?? defaultBranch;
      const before = (await repositories.branches(fullName)).get(target) ?? '0'.repeat(40);
      const from = before.startsWith('0000') ? `refs/heads/${defaultBranch}` : undefined;
      const after = await repositories.commit(fullName, {
        branch: target,
        from,
        message,
        author: authorOf(writer),
        files,
      });
      await update(fullName, writer);
      return { before, after, branch: target };
    },
    async install(login) {
      installed.add(login);
      const found = await emulator.ask({
        method: 'GET',
        path: `/${organizations.has(login) ? 'orgs' : 'users'}/${login}/installation`,
        as: { token: appTokenOf() },
      });
      return numberOf(objectOf(found.body)['id']);
    },
    uninstall: (login) => void installed.delete(login),
    async as(login, method, path, body) {
      const answer = await ask(login, method, path, body);
      const [, fullName, gone] = /^\/repos\/([^/]+\/[^/]+)\/collaborators\/([^/]+)$/.exec(path) ?? [];
      if (method === 'DELETE' && fullName !== undefined) {
        members.set(
          fullName,
          (members.get(fullName) ?? []).filter((member) => member !== gone),
        );
      }
      return answer;
    },
    personalToken: (login) => tokens.issue(login),
    tokenPair: (login, scopes = ['repo', 'read:user', 'user:email']) => tokens.issuePair(login, scopes),
    async authorize(authorizeUrl, login) {
      const query = new URL(authorizeUrl).searchParams;
      query.set('login', login);
      const answer = await fetch(`${url}/login/oauth/authorize`, { method: 'POST', body: query, redirect: 'manual' });
      const location = answer.headers.get('location');
      if (location === null) throw new Error(`The sign-in was refused: ${await answer.text()}`);
      return location;
    },
    revokeToken: (token) => tokens.revoke(token),
    revokeTokensOf: (login) => tokens.revokeAll(login),
    expireTokensOf: (login) => tokens.expireAll(login),
    tokens: () => tokens.all(),
    makeTrouble(kind, { times = Number.MAX_SAFE_INTEGER, retryAfterSeconds = 1, method = null } = {}) {
      trouble.over.resolve();
      Object.assign(trouble, { kind, left: times, retryAfterSeconds, method, over: Promise.withResolvers<void>() });
    },
    refuseRenewals: (refused) => void (trouble.noRenewals = refused),
    tokenExchanges: () => [...exchanges],
    sendWebhook: deliver,
    async pushPayload(fullName, { before, after, branch }) {
      const writer = writerOf(fullName);
      const repository = await must(writer, 'GET', `/repos/${fullName}`);
      const commit = await must(writer, 'GET', `/repos/${fullName}/commits/${after}`);
      const sender = await must(writer, 'GET', `/users/${writer}`);
      const told = {
        id: after,
        message: textOf(objectOf(commit['commit'])['message']),
        timestamp: new Date().toISOString(),
      };
      return {
        ref: `refs/heads/${branch}`,
        before,
        after,
        created: before.startsWith('0000'),
        deleted: false,
        forced: false,
        base_ref: null,
        compare: `${url}/${fullName}/compare/${before}...${after}`,
        commits: [told],
        head_commit: told,
        repository,
        pusher: { name: writer, email: authorOf(writer).email },
        sender,
      };
    },
    violations: () => [...violations],
    requests: () => [...seen],
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await emulator.close();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
    [Symbol.asyncDispose]: () => double.close(),
  };
  return double;

  function authorOf(login: string) {
    return people.get(login) ?? { name: login, email: `${login}@example.org` };
  }

  function appTokenOf(): string {
    return appToken(emulator.app);
  }
}
