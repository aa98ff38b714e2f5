export interface SignInFailure {
  readonly title: string;
  readonly text: string;
}

const failures: Readonly<Record<string, SignInFailure>> = {
  not_invited: {
    title: 'You are not invited yet',
    text: 'This Yudai lets in who is invited to a project. Ask a colleague to invite your GitHub account, or an administrator to let you in.',
  },
  suspended: {
    title: 'Your account is suspended',
    text: 'An administrator of this Yudai has suspended it. Nothing of yours is deleted; ask them to restore it.',
  },
  access_denied: {
    title: 'GitHub was not allowed to sign you in',
    text: 'You chose to cancel on GitHub’s page. Sign in again and choose Authorize to go on.',
  },
  invalid_code: {
    title: 'GitHub did not confirm the sign-in',
    text: 'Its answer was used already or came too late. Sign in again.',
  },
};

const startedElsewhere: SignInFailure = {
  title: 'This sign-in was not started here',
  text: 'It was started in another browser, used already, or more than ten minutes ago. Sign in again from this page.',
};

const unnamed: SignInFailure = {
  title: 'Signing in did not work',
  text: 'Try again. If it goes on, tell an administrator of this Yudai; its log says why.',
};

/** What a code that a sign-in comes back with means, and what to do. */
export function signInFailure(code: string): SignInFailure {
  if (code.startsWith('state_') || code === 'please_restart_the_process') return startedElsewhere;
  return Object.hasOwn(failures, code) ? (failures[code] ?? unnamed) : unnamed;
}
