import type { AuditAction, AuditVerification, AuditVia } from '@yudai/contract';

/** `role.changed` → `Role changed`, `github.issue_created` → `GitHub issue created`. */
export function wordsOf(action: AuditAction): string {
  const words = action.replace(/[._]/g, ' ').replace(/^github/, 'GitHub');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

export const viaWords: Readonly<Record<AuditVia, string>> = {
  local: 'on this machine',
  session: 'signed in',
  key: 'with an API key',
  job: 'in a job',
  nobody: 'not signed in',
  system: 'Yudai itself',
};

const kinds: Readonly<Record<string, string>> = {
  user: 'person',
  key: 'API key',
  github: 'GitHub account',
  github_issue: 'issue',
  github_pull_request: 'pull request',
  github_repository: 'repository',
};

/** What a target is, in the words of the screens. */
export function kindOf(target: string): string {
  return kinds[target] ?? target;
}

const reasons: Readonly<Record<NonNullable<AuditVerification['reason']>, string>> = {
  changed: 'An entry is not as it was written.',
  missing: 'An entry is missing.',
  unknown: 'There is an entry that nobody wrote.',
  cut: 'The newest entries were cut off.',
  anchor: 'The chain is another one than the anchor belongs to.',
};

/** What a verification that failed has found. */
export function problemOf({ reason, brokenSeq }: AuditVerification): string {
  const what = reasons[reason ?? 'changed'];
  return brokenSeq === null ? what : `${what} It begins at entry ${brokenSeq}.`;
}
