import { type AuthStatus, idSchema, type Role, roles } from '@yudai/contract';
import { expect, test } from 'vitest';
import { screensOf } from '#app/palette-screens.ts';

const local: AuthStatus = { mode: 'local', signInPath: null, provider: null, account: null };
const account = {
  id: idSchema('user').parse(`usr_${'0'.repeat(26)}`),
  name: 'Ada',
  username: 'ada',
  avatarUrl: null,
  email: null,
  skillLevel: null,
  goal: null,
  administrator: false,
  createdAt: '2026-11-21T10:00:00.000Z',
  lastSignInAt: null,
} as const;
const team = (administrator: boolean): AuthStatus => ({
  mode: 'team',
  signInPath: '/api/auth/sign-in',
  provider: 'github.com',
  account: { ...account, administrator },
});
const idsOf = (place: Parameters<typeof screensOf>[0]) => screensOf(place).map(({ id }) => id);
const everywhere = ['projects', 'jobs', 'settings', 'connect'];
const ofProject = (role: Role) => {
  const draft = role === 'viewer' ? [] : ['draft'];
  return ['workbench', 'chat', 'search', 'graph', 'issues', 'ideas', 'solves', 'solving', ...draft, 'pack'];
};
const own = ['account', 'sessions', 'keys'];

test('who signs in is offered their account, sessions, keys, GitHub, models and audit log, and no people (B10 B12 B14)', () => {
  expect(idsOf({ status: team(false), project: null })).toEqual([...everywhere, ...own, 'github', 'models', 'audit']);
});

test('an administrator is offered the people too (B10)', () => {
  expect(idsOf({ status: team(true), project: null })).toEqual([
    ...everywhere,
    ...own,
    'github',
    'models',
    'people',
    'audit',
  ]);
});

test.each(roles)('in a project a %s is offered its screens, its members, and a draft if they may write one', (role) => {
  const offered = idsOf({ status: team(false), project: { id: 'prj_1', role } });

  expect(offered).toEqual([...ofProject(role), 'members', ...everywhere, ...own, 'github', 'models', 'audit']);
});

test('where nobody signs in there is nothing about people', () => {
  expect(idsOf({ status: local, project: { id: 'prj_1', role: 'owner' } })).toEqual([
    ...ofProject('owner'),
    ...everywhere,
    'github',
    'models',
    'audit',
  ]);
});

test('every entry leads somewhere else', () => {
  const entries = screensOf({ status: team(true), project: { id: 'prj_1', role: 'owner' } });
  const targets = entries.map(({ link }) => (link === 'draft' ? link : JSON.stringify([link.to, link.search])));

  expect(new Set(targets).size).toBe(entries.length);
});
