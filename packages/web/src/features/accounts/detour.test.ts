import { type AuthStatus, idSchema } from '@yudai/contract';
import { expect, test } from 'vitest';
import { detourOf } from '#features/accounts/detour.ts';

const account = {
  id: idSchema('user').parse(`usr_${'0'.repeat(26)}`),
  name: 'Ada',
  username: 'ada',
  avatarUrl: null,
  email: null,
  skillLevel: null,
  goal: null,
  administrator: false,
  createdAt: '2026-11-21T12:00:00.000Z',
  lastSignInAt: null,
} satisfies AuthStatus['account'];
const team = { mode: 'team', signInPath: '/api/auth/login', provider: 'github.com', account: null } as const;
const local = { mode: 'local', signInPath: null, provider: null, account } as const;
const settled = { ...team, account: { ...account, goal: 'work' } } as const;

test.each<[AuthStatus, string, boolean, ReturnType<typeof detourOf>]>([
  [local, '/projects', false, null],
  [local, '/sign-in', false, 'home'],
  [local, '/welcome', false, 'home'],
  [local, '/device', false, 'home'],
  [team, '/projects', false, 'sign-in'],
  [team, '/device', false, 'sign-in'],
  [team, '/nowhere', false, 'sign-in'],
  [team, '/sign-in', false, null],
  [{ ...team, account }, '/projects', false, 'welcome'],
  [{ ...team, account }, '/projects', true, null],
  [{ ...team, account }, '/welcome', false, null],
  [{ ...team, account }, '/device', false, null],
  [{ ...team, account }, '/sign-in', false, 'onward'],
  [settled, '/projects', false, null],
  [settled, '/sign-in', false, 'onward'],
])('case %#: who asks for a page gets it, or is led to what comes first (B4)', (status, path, hasSkipped, detour) => {
  expect(detourOf(status, path, hasSkipped)).toBe(detour);
});
