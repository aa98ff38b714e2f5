import { readdirSync, readFileSync } from 'node:fs';
import { isContractProcedure } from '@orpc/contract';
import { type AuditAction, auditActions, contract } from '@yudai/contract';
import { expect, test } from 'vitest';

/** Around every write at GitHub. */
const githubWrite: readonly AuditAction[] = ['github.write_requested', 'github.write_failed'];

/** What every operation that changes something writes down, or why it writes nothing. A new one does not pass without a row. */
const written: Readonly<Record<string, readonly AuditAction[] | string>> = {
  'accounts.update': ['account.changed'],
  'accounts.delete': ['account.deleted'],
  'accounts.revokeSession': ['session.revoked'],
  'accounts.revokeSessions': ['session.revoked'],
  'accounts.createKey': ['key.created'],
  'accounts.revokeKey': ['key.revoked'],
  'accounts.answerDevice': ['device.approved', 'device.denied'],
  'accounts.updatePerson': ['administrator.granted', 'administrator.revoked', 'account.suspended', 'account.restored'],
  'github.connect': ['github.connected'],
  'github.check': 'asks GitHub whether the connection works, and changes nothing',
  'github.disconnect': ['github.disconnected'],
  'github.createIssue': [...githubWrite, 'github.issue_created'],
  'github.updateIssue': [
    ...githubWrite,
    'github.issue_updated',
    'github.issue_closed',
    'github.issue_reopened',
    'github.labels_changed',
  ],
  'github.createComment': [...githubWrite, 'github.comment_created'],
  'github.createPullRequest': [...githubWrite, 'github.pull_request_created'],
  'projects.inspect': 'looks at a source, and keeps nothing',
  'projects.connect': ['project.connected'],
  'projects.update': ['project.renamed', 'project.archived', 'project.unarchived'],
  'projects.delete': ['project.deleted'],
  'projects.changeMember': ['role.changed'],
  'projects.removeMember': ['member.removed'],
  'projects.transfer': ['ownership.transferred'],
  'projects.invite': ['member.invited'],
  'projects.withdrawInvitation': ['invitation.revoked'],
  'projects.answerInvitation': ['invitation.accepted', 'invitation.declined'],
  'codebase.index': 'makes a job, which is listed with who started it',
  'codebase.updateFile': ['category.corrected'],
  'codebase.search': 'reads',
  'codebase.pack': 'reads',
  'cards.create': 'makes a card, which is listed with whose it is; nobody else’s is changed',
  'cards.update': 'a card is a note for people and models, and says who made it and when it changed',
  'cards.move': 'only the order of cards changes',
  'cards.refresh': 'reads again what is there for everybody who may see it',
  'cards.remove': 'can be put back for a day by everybody who sees the card',
  'cards.restore': 'takes a removal back',
  'cards.import': 'makes cards, as creating does',
  'chat.create': 'begins a conversation, which is listed with whose it is',
  'chat.update': ['conversation.shared', 'conversation.unshared'],
  'chat.remove': ['conversation.deleted'],
  'chat.fork': 'begins a conversation of one’s own',
  'chat.send': 'a message says who wrote it, and its turn is a job',
  'chat.regenerate': 'makes a job, which is listed with who started it',
  'chat.stop': 'ends an answer, whose job says so',
  'chat.unqueue': 'takes back what was not answered yet',
  'chat.showBranch': 'only which branch is shown changes',
  'chat.selectCards': 'only what turns are given changes, and each says what it was given',
  'memories.add': 'says who wrote it down, and takes effect on turns that say what they were given',
  'memories.update': 'says who wrote it last',
  'memories.remove': 'only what turns are given changes, and each says what it was given',
  'chat.drop': 'only what turns are given changes, and each says what was left out',
  'chat.previewContext': 'reads',
  'chat.compact': 'makes a job; what was said stays',
  'chat.attach': 'uploads a file for one’s next message',
  'chat.attend': 'says who is here now',
  'chat.export': ['conversation.exported'],
  'chat.import': 'begins a conversation of one’s own',
  'issues.create': 'makes a draft, which is listed with whose it is; its versions say who wrote what',
  'issues.draft': 'makes a draft, as creating does, and a job',
  'issues.createWithContext': 'is `draft` under its old name',
  'issues.update': 'makes a version, which says who wrote it',
  'issues.regenerate': 'makes a job, and with it a version',
  'issues.restoreVersion': 'makes a version, which says who brought it back',
  'issues.publish': ['issue.published', ...githubWrite, 'github.issue_created'],
  'issues.createGithubIssue': ['issue.published', ...githubWrite, 'github.issue_created'],
  'issues.refresh': 'reads again how it stands at GitHub',
  'issues.close': ['issue.closed', ...githubWrite, 'github.issue_closed'],
  'issues.reopen': ['issue.reopened', ...githubWrite, 'github.issue_reopened'],
  'issues.archive': 'only where it is listed changes',
  'issues.unarchive': 'takes archiving back',
  'issues.bulk': ['issue.closed'],
  'issues.remove': ['issue.deleted'],
  'issues.generateIdeas': 'makes a job, which is listed with who started it',
  'issues.createIdea': 'makes an idea, which is listed with whose it is',
  'issues.updateIdea': 'an idea is a note of the project, and says when it changed',
  'issues.dismissIdea': 'can be taken back by everybody who writes issues',
  'issues.promoteIdea': 'makes a draft, as creating does',
  'solver.start': ['solve.started'],
  'solver.updateSettings': ['solver.settings_changed'],
  'solver.say': 'a note of a solve, which says who wrote it',
  'solver.updatePlan': 'the plan of a solve that waits for a person; approving it is written down as an answer',
  'solver.takeOver': 'shown with the solve, whose change is seen before it is published',
  'solver.cancel': ['solve.cancelled'],
  'solver.continue': ['solve.started'],
  'solver.choose': 'which of the attempts is shown; publishing one is written down',
  'solver.publish': [...githubWrite, 'solve.published', 'github.pull_request_created', 'github.pull_request_updated'],
  'solver.remove': ['solve.deleted'],
  'jobs.cancel': ['job.cancelled'],
  'jobs.retry': ['job.retried'],
  'jobs.respond': ['job.answered'],
  'models.test': 'asks a model for a word, which is counted among the calls of who asked',
  'models.setBudget': ['budget.changed'],
  'models.setProjectBudget': ['budget.changed'],
  'audit.export': ['audit.exported'],
  'audit.verify': ['audit.verified'],
};

/** What is done past the contract: signing in and out, webhooks, and reading out one's whole account. */
const elsewhere: readonly AuditAction[] = [
  ...(['sign_in.succeeded', 'sign_in.failed', 'sign_out', 'account.exported', 'github.webhook_refused'] as const),
];

const features = new URL('../', import.meta.url);
const source = readdirSync(features, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => readFileSync(new URL(path, features), 'utf8'))
  .join('\n');

test('every operation that changes something writes it down, or has a reason not to (B12 S24)', () => {
  expect(changesOf(contract).toSorted(byName)).toEqual(Object.keys(written).toSorted(byName));
});

test('every action of the list is written somewhere, and every one that is meant is on the list (B12)', () => {
  const meant = [...Object.values(written).flatMap((row) => (typeof row === 'string' ? [] : row)), ...elsewhere];

  expect([...new Set(meant)].toSorted(byName)).toEqual([...auditActions].toSorted(byName));
  expect(auditActions.filter((action) => !source.includes(`'${action}'`))).toEqual([]);
});

test('control: an operation without a row is noticed', () => {
  const { 'jobs.cancel': _left, ...others } = written;

  expect(changesOf(contract).filter((name) => !(name in others))).toEqual(['jobs.cancel']);
});

function changesOf(part: unknown, path: readonly string[] = []): string[] {
  if (isContractProcedure(part)) return part['~orpc'].route.method === 'GET' ? [] : [path.join('.')];
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, inner]) => changesOf(inner, [...path, name]));
}

function byName(a: string, b: string): number {
  return a < b ? -1 : 1;
}
