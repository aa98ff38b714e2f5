import { expect, test } from 'vitest';
import { signInFailure } from '#features/accounts/sign-in-failures.ts';

test.each([
  ['not_invited', 'You are not invited yet'],
  ['suspended', 'Your account is suspended'],
  ['access_denied', 'GitHub was not allowed to sign you in'],
  ['state_mismatch', 'This sign-in was not started here'],
  ['state_not_found', 'This sign-in was not started here'],
  ['invalid_code', 'GitHub did not confirm the sign-in'],
  ['unable_to_create_user', 'Signing in did not work'],
  ['constructor', 'Signing in did not work'],
  ['<b>anything</b>', 'Signing in did not work'],
])('a sign-in that failed with %s says so in words, never with the code (B1)', (code, title) => {
  const failure = signInFailure(code);

  expect(failure.title).toBe(title);
  expect(`${failure.title} ${failure.text}`).not.toMatch(/[_<>]/);
});
