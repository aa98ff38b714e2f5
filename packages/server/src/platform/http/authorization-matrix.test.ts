import type { AnyContractProcedure } from '@orpc/contract';
import {
  type Access,
  contract,
  type Id,
  issueDocument,
  may,
  type ProcedureMeta,
  type Role,
  roles,
  standardSolveSettings,
} from '@yudai/contract';
import { emptySolveState } from '@yudai/engine/solve-state';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { nothing, type Objects, valueOf } from '#testing/matrix-objects.ts';
import { administrator, startTeamApp, type TeamApp } from '#testing/start-team-app.ts';

// One database is enough: the contract and the roles decide here. That both databases keep rows apart is held by row-security.test.ts,
// tenant-isolation.test.ts and the suites of the features.

/** Every way to knock: by role in the project, and by what is shown at the door. */
const callers = [
  'anonymous',
  'expired',
  'revoked',
  'outsider',
  'removed',
  ...roles,
  'administrator',
  'key that reads',
  'key that writes',
] as const;
type Caller = (typeof callers)[number];

interface Shown {
  readonly userId: Id<'user'> | null;
  readonly headers: Record<string, string>;
}

let app: TeamApp;
const shown = new Map<Caller, Shown>();

beforeAll(async () => {
  app = await startTeamApp();
  shown.set('anonymous', { userId: null, headers: {} });
  for (const caller of ['expired', 'revoked', 'outsider', 'removed', ...roles] as const)
    shown.set(caller, await enter(caller));
  shown.set('administrator', await enter(administrator));
  const owner = of('owner');
  for (const [caller, scopes] of [
    ['key that reads', ['read']],
    ['key that writes', ['read', 'write']],
  ] as const) {
    const { secret } = await ownerKey([...scopes]);
    shown.set(caller, { userId: owner.userId, headers: { authorization: `Bearer ${secret}` } });
  }
  await app.database.asSystem(async (db) => {
    await db.execute(
      sql`update auth_sessions set expires_at = now() - interval '1 second' where user_id = ${of('expired').userId}`,
    );
    await db.execute(sql`delete from auth_sessions where user_id = ${of('revoked').userId}`);
  });
});
afterAll(() => app.close());

interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly access: Access;
  readonly fields: Fields;
}

interface Fields {
  readonly properties: Readonly<Record<string, { readonly pattern?: string }>>;
  readonly required: readonly string[];
}

const operations: readonly Operation[] = Object.entries(contract).flatMap(([feature, procedures]) =>
  Object.entries(procedures as Record<string, AnyContractProcedure>).map(([name, { '~orpc': definition }]) => {
    const { access } = definition.meta as ProcedureMeta;
    const { method = 'POST', path = '' } = definition.route;
    if (access === undefined) throw new Error(`${feature}.${name} does not say who may call it.`);
    return { name: `${feature}.${name}`, method, path, access, fields: fieldsOf(definition.inputSchema) };
  }),
);

test('there are operations of every kind to try, and none is open to everybody but the state of sign-in (B10 B11)', () => {
  expect(operations.length).toBeGreaterThan(50);
  expect(operations.filter(({ access }) => access.audience === 'anyone').map(({ name }) => name)).toEqual([
    'accounts.status',
  ]);
});

test.each(operations.map((operation) => [operation.name, operation] as const))(
  '%s lets in whom the contract names, and nobody else (A6 B10 B11 E2)',
  async (_, operation) => {
    let project: Objects | null = null;
    for (const caller of callers) {
      project ??= await makeProject(caller);
      const answer = await knock(operation, caller, project);
      expect([caller, verdictOf(answer)]).toEqual([caller, expectedOf(operation, caller)]);
      // A project costs more than all else here: who comes next finds it as it was after a look and after a refusal.
      const isAsItWas = operation.method === 'GET' || verdictOf(answer) !== 'in';
      if (!isAsItWas || speaksOf(operation, 'job')) project = null;
    }
  },
);

test.each(operations.filter(speaksOfAnObject).map((operation) => [operation.name, operation] as const))(
  '%s: what is somebody else’s and what does not exist are the same answer (B11 M25)',
  async (_, operation) => {
    const theirs = await makeProject('owner');

    const [unseen, missing] = [
      await knock(operation, 'outsider', theirs),
      await knock(operation, 'outsider', nothing()),
    ];

    expect(unseen.status).toBe(404);
    expect({ ...unseen, requestId: '' }).toEqual({ ...missing, requestId: '' });
  },
);

test('a job of another member is stopped by who manages jobs, not by everybody who runs them (B10 J9)', async () => {
  const cancel = operations.find(({ name }) => name === 'jobs.cancel');
  const verdicts: Record<string, string> = {};
  for (const caller of roles) {
    verdicts[caller] =
      cancel === undefined ? '' : verdictOf(await knock(cancel, caller, await makeProject('owner', 'owner')));
  }

  expect(verdicts).toEqual({ owner: 'in', admin: 'in', maintainer: 'in', member: 'forbidden', viewer: 'forbidden' });
});

test('members are taken out by who manages members and stands above them (B10)', async () => {
  const remove = operations.find(({ name }) => name === 'projects.removeMember');
  const outcome: Record<string, number> = {};
  for (const caller of roles) {
    const { projectId } = await makeProject('owner');
    const target = of(caller === 'viewer' ? 'member' : 'viewer').userId;
    const url = `http://localhost/api/v1/projects/${projectId}/members/${target}`;
    const headers = { ...of(caller).headers, origin: 'http://localhost' };
    outcome[caller] = (await app.app.fetch(new Request(url, { method: remove?.method ?? '', headers }))).status;
  }

  expect(outcome).toEqual({ owner: 200, admin: 200, maintainer: 403, member: 403, viewer: 403 });
});

test.each(callers)('the live feeds let %s in like the doors do (E1 E2 E4)', async (caller) => {
  const project = await makeProject(caller);
  await app.database.asSystem(async (db) => {
    const owner = of('owner').userId;
    await db.execute(sql`insert into live_topics (topic, owner_id, project_id, last_seq) values
      (${`project:${project.projectId}`}, ${owner}, ${project.projectId}, 0), (${`job:${project.jobId}`}, ${owner}, ${project.projectId}, 0)`);
  });
  const look = async (path: string) => {
    const stop = new AbortController();
    const request = new Request(`http://localhost${path}`, { headers: of(caller).headers, signal: stop.signal });
    const { status } = await app.app.fetch(request);
    stop.abort();
    return status;
  };
  const isIn = (roles as readonly string[]).includes(caller) || caller.startsWith('key');
  const expected = isSignedIn(caller) ? (isIn ? 200 : 404) : 401;

  expect(await look(`/api/v1/live?topics=project:${project.projectId}`)).toBe(expected);
  expect(await look(`/api/v1/jobs/${project.jobId}/stream`)).toBe(expected);
  expect(await look(`/api/v1/live?topics=user:${of('outsider').userId}`)).toBe(
    isSignedIn(caller) ? (caller === 'outsider' ? 200 : 404) : 401,
  );
});

test('the matrix can fail: what one role is refused, another really does', async () => {
  const remove = operations.find(({ access }) => access.permission === 'project.delete');
  const verdictAs = async (caller: Caller) =>
    remove === undefined ? '' : verdictOf(await knock(remove, caller, await makeProject(caller)));

  expect([await verdictAs('viewer'), await verdictAs('owner')]).toEqual(['forbidden', 'in']);
});

type Verdict = 'in' | 'signed out' | 'forbidden' | 'not found';

function expectedOf({ access, method }: Operation, caller: Caller): Verdict {
  const { audience, permission } = access;
  if (audience === 'anyone') return 'in';
  if (!isSignedIn(caller)) return 'signed out';
  if (audience === 'administrator' && caller !== 'administrator') return 'forbidden';
  if (audience === 'account' && caller.startsWith('key')) return 'forbidden';
  const isRead = permission === undefined ? method === 'GET' : permission.endsWith('.read') && method !== 'DELETE';
  if (caller === 'key that reads' && !isRead) return 'forbidden';
  if (permission === undefined) return 'in';
  const role: Role | null = caller.startsWith('key') ? 'owner' : (roles.find((name) => name === caller) ?? null);
  if (role === null) return 'not found';
  return may(role, permission) ? 'in' : 'forbidden';
}

function isSignedIn(caller: Caller): boolean {
  return caller !== 'anonymous' && !isBroken(caller);
}

function isBroken(caller: Caller): boolean {
  return caller === 'expired' || caller === 'revoked';
}

interface Answer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
}

/** Past the door, an operation may still find that there is nothing to do: that is in. */
function verdictOf({ status, message }: Answer): Verdict {
  if (status === 401) return 'signed out';
  if (
    status === 403 &&
    /^(Only administrators|An API key may not|This API key may not|As \w+ of this project)/.test(message)
  )
    return 'forbidden';
  if (status === 404 && /^This (project|job|conversation) does not exist/.test(message)) return 'not found';
  return 'in';
}

/** A project with a member of every role, a finished job of the one who calls, an invitation to nobody, and one more session and key of the owner. */
async function makeProject(caller: Caller, jobOf?: Role): Promise<Objects> {
  const made = nothing();
  const owner = of('owner').userId;
  const isMember = (roles as readonly string[]).includes(caller);
  const starter = jobOf !== undefined ? of(jobOf).userId : isMember ? of(caller).userId : owner;
  return app.database.asSystem(async (db) => {
    await db.execute(sql`insert into projects (id, owner_id, name, origin, source_kind, source_address, status, created_at, updated_at)
      values (${made.projectId}, ${owner}, 'p', 'connected', 'git', 'https://git.example/a/b', 'ready', now(), now())`);
    const members = roles.map((role) => sql`(${made.projectId}, ${of(role).userId}, ${role}, now())`);
    await db.execute(
      sql`insert into project_members (project_id, user_id, role, since) values ${sql.join(members, sql`, `)}`,
    );
    await db.execute(sql`insert into jobs (id, owner_id, project_id, kind, title, payload, status, origin_node, remaining_ms, created_at, finished_at)
      values (${made.jobId}, ${starter}, ${made.projectId}, 'codebase.index', 'Index', '{}', 'completed', 'x', 1, now(), now())`);
    await db.execute(sql`insert into project_invitations (id, project_id, project_name, github_id, username, role, invited_by, created_at, expires_at)
      values (${made.invitationId}, ${made.projectId}, 'p', ${Number(process.hrtime.bigint() % 1_000_000_000n)}, 'x', 'viewer', 'x', now(), now() + interval '1 day')`);
    await db.execute(sql`insert into auth_sessions (id, user_id, token_hash, created_at, updated_at, expires_at)
      values (${made.sessionId}, ${owner}, ${made.sessionId}, now(), now(), now() + interval '1 day')`);
    await db.execute(sql`insert into api_keys (id, user_id, name, start, key_hash, scopes, created_at, expires_at)
      values (${made.keyId}, ${owner}, 'x', 'x', ${made.keyId}, '{read}', now(), now() + interval '1 day')`);
    await db.execute(sql`insert into context_cards (id, project_id, owner_id, shared_with, title, content, source, category, tokens, position, created_at, updated_at)
      values (${made.cardId}, ${made.projectId}, ${owner}, ${made.projectId}, 'x', 'x', 'note', 'other', 1, 'a0', now(), now())`);
    await db.execute(sql`insert into chat_sessions (id, project_id, owner_id, shared_with, title, message_count, head_id, created_at, last_activity_at)
      values (${made.conversationId}, ${made.projectId}, ${owner}, ${made.projectId}, 'x', 1, ${made.messageId}, now(), now())`);
    await db.execute(sql`insert into chat_messages (id, session_id, role, author_id, status, parts, body, tokens, created_at)
      values (${made.messageId}, ${made.conversationId}, 'user', ${owner}, 'complete', '[{"type":"text","text":"x"}]', 'x', 1, now())`);
    await db.execute(sql`insert into chat_attachments (id, session_id, message_id, name, content, tokens, created_at)
      values (${made.attachmentId}, ${made.conversationId}, ${made.messageId}, 'x', 'x', 1, now())`);
    await db.execute(sql`insert into chat_memories (id, session_id, origin, kind, body, tokens, created_at)
      values (${made.memoryId}, ${made.conversationId}, 'daifu', 'fact', 'x', 1, now())`);
    await db.execute(sql`insert into ideas (id, project_id, owner_id, title, description, evidence, complexity, status, origin, created_at, updated_at)
      values (${made.ideaId}, ${made.projectId}, ${owner}, 'x', 'x', '[]', 'M', 'pending', 'hand', now(), now())`);
    await db.execute(sql`insert into issues (id, project_id, owner_id, origin, source, status, priority, complexity, title, document, labels, assignees, version, created_at, updated_at)
      values (${made.issueId}, ${made.projectId}, ${owner}, 'hand', '{"wish":"","cardIds":[]}', 'draft', 'low', 'M', 'x', ${document}, '[]', '[]', 1, now(), now())`);
    await db.execute(sql`insert into issue_versions (issue_id, project_id, version, source, document, priority, complexity, labels, assignees, created_at)
      values (${made.issueId}, ${made.projectId}, 1, 'hand', ${document}, 'low', 'M', '[]', '[]', now())`);
    await db.execute(sql`insert into solves (id, project_id, owner_id, issue_id, job_id, title, status, outcome, settings, base, state, created_at, finished_at)
      values (${made.solveId}, ${made.projectId}, ${starter}, ${made.issueId}, ${made.jobId}, 'x', 'finished', 'cancelled', ${solveSettings}, ${solveBase},
        ${solveState}, now(), now())`);
    await db.execute(
      sql`insert into live_topics (topic, owner_id, project_id, last_seq) values (${`session:${made.conversationId}`}, ${owner}, ${made.projectId}, 0)`,
    );
    return { ...made, userId: of('viewer').userId ?? '' };
  });
}

const document = JSON.stringify(issueDocument.parse({ title: 'x' }));
const solveSettings = JSON.stringify(standardSolveSettings);
const solveBase = JSON.stringify({ tree: 'a'.repeat(40), commit: null, ref: null });
const solveState = JSON.stringify(emptySolveState);

/** What must be said so that an operation does not end who calls it. */
const always: Readonly<Record<string, readonly string[]>> = {
  'accounts.revokeSessions': ['keepCurrent'],
  // A draft is of something, whatever that is.
  'issues.draft': ['text'],
  'issues.createWithContext': ['text'],
};

async function knock(operation: Operation, caller: Caller, objects: Objects): Promise<Answer> {
  const { properties, required } = operation.fields;
  const wanted = [...new Set([...required, ...(always[operation.name] ?? [])])];
  // Members may take themselves out; taking out others is tried below.
  const spoken =
    operation.name === 'projects.removeMember' ? { ...objects, userId: of(caller).userId ?? objects.userId } : objects;
  const input = Object.fromEntries(
    wanted.map((name) => [name, valueOf(name, properties[name]?.pattern ?? '', spoken)]),
  );
  const inPath = new Set<string>();
  let url = operation.path.replaceAll(/\{\+?(\w+)\}/g, (_, name: string) => {
    inPath.add(name);
    return encodeURIComponent(String(input[name]));
  });
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !inPath.has(name)));
  const isGet = operation.method === 'GET';
  if (isGet && Object.keys(rest).length > 0)
    url += `?${new URLSearchParams(Object.entries(rest).map(([name, value]): [string, string] => [name, String(value)])).toString()}`;
  const headers = {
    ...of(caller).headers,
    ...(isGet ? {} : { 'content-type': 'application/json', origin: 'http://localhost' }),
  };
  const body = isGet ? null : JSON.stringify(rest);
  const answer = await app.app.fetch(
    new Request(`http://localhost/api${url}`, { method: operation.method, headers, body }),
  );
  const parsed = z
    .object({ error: z.object({ code: z.string(), message: z.string(), requestId: z.string() }) })
    .safeParse(await answer.json());
  return { status: answer.status, ...(parsed.data?.error ?? { code: '', message: '', requestId: '' }) };
}

function speaksOfAnObject({ fields: { properties, required }, access }: Operation): boolean {
  return (
    access.audience !== 'administrator' &&
    required.some((name) => /^\^(prj|job|inv|aus|key|ses)_/.test(properties[name]?.pattern ?? ''))
  );
}

function speaksOf({ fields: { properties } }: Operation, prefix: string): boolean {
  return Object.values(properties).some(({ pattern = '' }) => pattern.startsWith(`^${prefix}_`));
}

function fieldsOf(schema: unknown): Fields {
  const { properties = {}, required = [] } = z.toJSONSchema(schema as z.ZodType, {
    io: 'input',
    unrepresentable: 'any',
  });
  return { properties: properties as Fields['properties'], required };
}

function of(caller: Caller): Shown {
  const found = shown.get(caller);
  if (found === undefined) throw new Error(`Nobody knocks as ${caller}.`);
  return found;
}

async function enter(login: string): Promise<Shown> {
  const browser = await app.signIn(login);
  const { id } = await browser.client.accounts.get({});
  if (login === 'owner') ownerKey = (scopes) => browser.client.accounts.createKey({ name: scopes.join(), scopes });
  return { userId: id, headers: browser.headers() };
}

let ownerKey: (scopes: ('read' | 'write')[]) => Promise<{ secret: string }>;
