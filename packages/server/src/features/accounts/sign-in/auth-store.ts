import { createHash } from 'node:crypto';
import type { BetterAuthOptions } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import type { Database, Db } from '#platform/db/index.ts';
import type { Secrets } from '#platform/secrets/index.ts';
import { authAccounts, authDevices, authSessions, authVerifications, users } from '../schema.ts';

type Adapter = ReturnType<ReturnType<typeof drizzleAdapter>>;
type Row = Record<string, unknown>;
type Where = { field: string; value: unknown }[];

/** What lets somebody in is stored as its hash: who reads the database cannot use it. */
const hashed: Readonly<Record<string, string>> = { session: 'token', deviceCode: 'deviceCode' };

/**
 * better-auth's tables through drizzle, as the system, with two things of our own: tokens are stored as hashes, and what a sign-in
 * remembers between its requests is sealed. better-auth is given the token again that it asked with.
 */
export function createStorage(deps: { readonly database: Database; readonly secrets: Secrets }) {
  const { database, secrets } = deps;
  const schema = {
    user: users,
    session: authSessions,
    account: authAccounts,
    verification: authVerifications,
    deviceCode: authDevices,
  };
  return (options: BetterAuthOptions): Adapter => {
    const over = (db: Db): Adapter => guard(drizzleAdapter(db, { provider: 'pg', schema })(options), secrets);
    return {
      ...over(database.eachAsSystem),
      transaction: (work) => database.asSystem((db) => work(over(db))),
    };
  };
}

function guard(adapter: Adapter, secrets: Secrets): Adapter {
  // better-auth's own types name each model's row; what passes here is any of them.
  const inner = adapter as unknown as Record<string, (input: GuardedInput) => Promise<unknown>>;
  const guarded: Record<string, unknown> = { ...adapter };
  for (const name of [
    'create',
    'findOne',
    'findMany',
    'update',
    'updateMany',
    'delete',
    'deleteMany',
    'count',
    'consumeOne',
    'incrementOne',
  ]) {
    guarded[name] = async (input: GuardedInput) => {
      const known = new Map<unknown, unknown>();
      const answer = await inner[name]?.(close(input, secrets, known));
      return reopen(input.model, answer, secrets, known);
    };
  }
  return guarded as unknown as Adapter;
}

interface GuardedInput {
  readonly model: string;
  readonly where?: Where;
  readonly data?: Row;
  readonly update?: Row;
  readonly set?: Row;
}

/** The input as it is stored; `known` remembers which hash stands for which token, for the answer. */
function close(input: GuardedInput, secrets: Secrets, known: Map<unknown, unknown>): GuardedInput {
  const field = hashed[input.model];
  const hash = (value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    const stored = hashOf(value);
    known.set(stored, value);
    return stored;
  };
  const row = (values: Row | undefined): Row | undefined => {
    if (values === undefined) return undefined;
    if (input.model === 'verification' && typeof values['value'] === 'string') {
      return { ...values, value: secrets.seal(values['value'], verificationPlace) };
    }
    return field !== undefined && field in values ? { ...values, [field]: hash(values[field]) } : values;
  };
  const where = input.where?.map((part) => {
    if (part.field !== field) return part;
    return { ...part, value: Array.isArray(part.value) ? part.value.map(hash) : hash(part.value) };
  });
  return {
    ...input,
    ...(where === undefined ? {} : { where }),
    ...(input.data === undefined ? {} : { data: row(input.data) ?? {} }),
    ...(input.update === undefined ? {} : { update: row(input.update) ?? {} }),
    ...(input.set === undefined ? {} : { set: row(input.set) ?? {} }),
  };
}

function reopen(model: string, answer: unknown, secrets: Secrets, known: ReadonlyMap<unknown, unknown>): unknown {
  if (Array.isArray(answer)) return answer.map((row: unknown) => reopen(model, row, secrets, known));
  if (!isRow(answer)) return answer;
  if (model === 'verification' && typeof answer['value'] === 'string') {
    return { ...answer, value: secrets.open(answer['value'], verificationPlace) };
  }
  const field = hashed[model];
  if (field === undefined || !known.has(answer[field])) return answer;
  return { ...answer, [field]: known.get(answer[field]) };
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

const verificationPlace = ['auth_verifications', 'value'];

/** How a token is stored: it is 256 random bits, so nobody can try them all and no salt is needed. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
