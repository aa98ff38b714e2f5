import { oc } from '@orpc/contract';
import { type Access, procedure, projectProcedure } from '@yudai/contract';
import { expect, test } from 'vitest';
import { AppError } from '#kernel/app-error.ts';
import { type Actor, nobody } from '#kernel/context.ts';
import { readAccess, requireAccess } from './access.ts';

// The embedded database only: there is none in it.

// The matrix asks the contract what to expect; here it is written out, for the door alone.
const person: Actor = { userId: 'usr_ada' as Actor['userId'], name: 'Ada', via: 'session' };
const actors = {
  nobody,
  person,
  plain: { ...person, administrator: false },
  administrator: { ...person, administrator: true },
  reader: { ...person, via: 'key', scopes: ['read'] },
  writer: { ...person, via: 'key', scopes: ['read', 'write'] },
  unscoped: { ...person, via: 'key', scopes: [] },
} satisfies Record<string, Actor>;

const signedIn = ['person', 'plain', 'administrator'];
const everyKey = ['reader', 'writer'];

test.each<[what: string, access: Access, method: string, letIn: string[]]>([
  ['for anyone', { audience: 'anyone' }, 'POST', Object.keys(actors)],
  ['for a person, read', { audience: 'person' }, 'GET', [...signedIn, ...everyKey]],
  ['for a person, changed', { audience: 'person' }, 'POST', [...signedIn, 'writer']],
  ['of the account, read', { audience: 'account' }, 'GET', signedIn],
  ['of the account, changed', { audience: 'account' }, 'PATCH', signedIn],
  ['for administrators, read', { audience: 'administrator' }, 'GET', ['administrator']],
  ['for administrators, changed', { audience: 'administrator' }, 'DELETE', ['administrator']],
  ['to read in a project', { audience: 'person', permission: 'codebase.read' }, 'GET', [...signedIn, ...everyKey]],
  [
    'to read with a long question',
    { audience: 'person', permission: 'codebase.read' },
    'POST',
    [...signedIn, ...everyKey],
  ],
  [
    'to leave, which needs to read only',
    { audience: 'person', permission: 'members.read' },
    'DELETE',
    [...signedIn, 'writer'],
  ],
  ['to change a project', { audience: 'person', permission: 'project.update' }, 'PATCH', [...signedIn, 'writer']],
  [
    'to change it by a method that reads',
    { audience: 'person', permission: 'jobs.run' },
    'GET',
    [...signedIn, 'writer'],
  ],
])('what is %s lets in exactly who is named (B10 B13)', (_, access, method, letIn) => {
  const verdicts = Object.entries(actors).map(([name, actor]) => [name, verdictOf(actor, access, method)]);

  expect(verdicts.filter(([, verdict]) => verdict === 'in').map(([name]) => name)).toEqual(letIn);
  const refused = verdicts.filter(([, verdict]) => verdict !== 'in');
  for (const [name, verdict] of refused) expect([name, verdict]).toEqual([name, refusalOf(name)]);
});

test('a key is told which scope it lacks (B13)', () => {
  expect(() => requireAccess(contextOf(actors.reader), { audience: 'person' }, 'POST')).toThrow(
    expect.objectContaining({
      code: 'forbidden',
      details: { scope: 'write' },
      message: expect.stringContaining('write'),
    }),
  );
});

test('every procedure is found by its name, and one that does not say who may call it is refused (B10)', () => {
  const router = { a: { read: procedure('person'), stop: projectProcedure('jobs.manage') }, b: procedure('anyone') };

  expect(Object.fromEntries(readAccess(router))).toEqual({
    'a.read': { audience: 'person' },
    'a.stop': { audience: 'person', permission: 'jobs.manage' },
    b: { audience: 'anyone' },
  });
  expect(() => readAccess({ ...router, c: { open: oc } })).toThrow('c.open');
});

function verdictOf(actor: Actor, access: Access, method: string): string {
  try {
    requireAccess(contextOf(actor), access, method);
    return 'in';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

const refusalOf = (name: string | undefined) => (name === 'nobody' ? 'unauthorized' : 'forbidden');

function contextOf(actor: Actor) {
  return { actor, signal: new AbortController().signal, requestId: 'test' };
}
