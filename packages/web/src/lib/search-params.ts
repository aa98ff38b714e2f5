import {
  auditAction,
  ideaStatus,
  idSchema,
  issuePriority,
  issueStatus,
  jobKind,
  jobStatus,
  searchMode,
  solveOutcome,
  solveStatus,
} from '@yudai/contract';
import type {
  AuditAction,
  Id,
  IdeaStatus,
  IssuePriority,
  IssueStatus,
  JobKind,
  JobStatus,
  SearchMode,
  SolveOutcome,
  SolveStatus,
} from '@yudai/contract';
import { nextPathOf } from '#lib/next-path.ts';

type Raw = Record<string, unknown>;

/** Lines of a file in an address: `10` or `10-20`, from 1, both ends included. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

export interface ProjectsSearch {
  query?: string;
  archived?: boolean;
  /** The connect dialog is open. */
  connect?: boolean;
}

export interface WorkbenchSearch {
  path?: string;
  line?: string;
  /** The chat is open: at this conversation, or at the list of all (`list`). */
  chat?: string;
}

export interface CodeSearch {
  q?: string;
  mode?: SearchMode;
  path?: string;
  language?: string;
  tests?: boolean;
  case?: boolean;
  /** The drawer of the pack is open, in a window too narrow to show it beside the results. */
  pack?: boolean;
}

export interface JobsSearch {
  status?: JobStatus;
  kind?: JobKind;
  job?: string;
}

/** What the issues are filtered by; `since` is a day of the person, `2026-11-21`. */
export interface IssuesSearch {
  q?: string;
  status?: IssueStatus;
  priority?: IssuePriority;
  label?: string;
  archived?: boolean;
  since?: string;
}

export interface IdeasSearch {
  status?: IdeaStatus;
}

export interface SolvesSearch {
  status?: SolveStatus;
  outcome?: SolveOutcome;
  issue?: Id<'issue'>;
}

export const solveTabs = ['steps', 'diff', 'terminal', 'tests', 'plan', 'transcript', 'about'] as const;
export type SolveTab = (typeof solveTabs)[number];

export interface SolveSearch {
  tab?: SolveTab;
}

export interface SignInSearch {
  /** Where to go afterwards. */
  next?: string;
  /** Why the sign-in before did not work. */
  error?: string;
}

/** What the audit log is filtered by; days are those of the person, `2026-11-21`. */
export interface AuditSearch {
  action?: AuditAction;
  person?: Id<'user'>;
  project?: Id<'project'>;
  from?: string;
  to?: string;
}

export interface PeopleSearch {
  query?: string;
}

/** The search of an address with one value set, or left out when it is undefined. */
export function withParam<T extends object, K extends keyof T>(search: T, key: K, value: T[K] | undefined): T {
  const next = { ...search };
  if (value === undefined) delete next[key];
  else next[key] = value;
  return next;
}

/** `10-20` → lines 10 to 20; null for anything else. A range written backwards is turned round. */
export function parseLines(text: string | undefined): LineRange | null {
  const match = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(text ?? '');
  if (match === null) return null;
  const first = Number(match[1]);
  const last = match[2] === undefined ? first : Number(match[2]);
  if (first < 1 || last < 1) return null;
  return { start: Math.min(first, last), end: Math.max(first, last) };
}

export function formatLines(range: LineRange): string {
  return range.start === range.end ? String(range.start) : `${range.start}-${range.end}`;
}

export function parseProjectsSearch(raw: Raw): ProjectsSearch {
  const query = textOf(raw['query']);
  return {
    ...(query === undefined ? {} : { query }),
    ...(raw['archived'] === true ? { archived: true } : {}),
    ...(raw['connect'] === true ? { connect: true } : {}),
  };
}

/** What of an address the workbench understands; anything else is left out, never an error page. */
export function parseWorkbenchSearch(raw: Raw): WorkbenchSearch {
  const path = textOf(raw['path']);
  const lines = parseLines(textOf(raw['line']));
  const chat = textOf(raw['chat']);
  return {
    ...(path === undefined ? {} : { path }),
    ...(path === undefined || lines === null ? {} : { line: formatLines(lines) }),
    ...(chat !== undefined && (chat === 'list' || idSchema('session').safeParse(chat).success) ? { chat } : {}),
  };
}

export function parseCodeSearch(raw: Raw): CodeSearch {
  const q = textOf(raw['q']);
  const mode = searchMode.safeParse(raw['mode']);
  const path = textOf(raw['path']);
  const language = textOf(raw['language']);
  return {
    ...(q === undefined ? {} : { q }),
    ...(mode.success ? { mode: mode.data } : {}),
    ...(path === undefined ? {} : { path }),
    ...(language === undefined ? {} : { language }),
    ...(raw['tests'] === true ? { tests: true } : {}),
    ...(raw['case'] === true ? { case: true } : {}),
    ...(raw['pack'] === true ? { pack: true } : {}),
  };
}

export function parseGraphSearch(raw: Raw): { path?: string } {
  const path = textOf(raw['path']);
  return path === undefined ? {} : { path };
}

export function parseJobsSearch(raw: Raw): JobsSearch {
  const status = jobStatus.safeParse(raw['status']);
  const kind = jobKind.safeParse(raw['kind']);
  const job = textOf(raw['job']);
  return {
    ...(status.success ? { status: status.data } : {}),
    ...(kind.success ? { kind: kind.data } : {}),
    ...(job !== undefined && /^job_[0-9a-z]{26}$/.test(job) ? { job } : {}),
  };
}

export function parseIssuesSearch(raw: Raw): IssuesSearch {
  const q = textOf(raw['q'])?.slice(0, 200);
  const status = issueStatus.safeParse(raw['status']);
  const priority = issuePriority.safeParse(raw['priority']);
  const label = textOf(raw['label'])?.slice(0, 50);
  const since = dayOf(raw['since']);
  return {
    ...(q === undefined ? {} : { q }),
    ...(status.success ? { status: status.data } : {}),
    ...(priority.success ? { priority: priority.data } : {}),
    ...(label === undefined ? {} : { label }),
    ...(raw['archived'] === true ? { archived: true } : {}),
    ...(since === undefined ? {} : { since }),
  };
}

export function parseIdeasSearch(raw: Raw): IdeasSearch {
  const status = ideaStatus.safeParse(raw['status']);
  return status.success ? { status: status.data } : {};
}

export function parseSolvesSearch(raw: Raw): SolvesSearch {
  const status = solveStatus.safeParse(raw['status']);
  const outcome = solveOutcome.safeParse(raw['outcome']);
  const issue = idSchema('issue').safeParse(raw['issue']);
  return {
    ...(status.success ? { status: status.data } : {}),
    ...(outcome.success ? { outcome: outcome.data } : {}),
    ...(issue.success ? { issue: issue.data } : {}),
  };
}

export function parseSolveSearch(raw: Raw): SolveSearch {
  const tab = solveTabs.find((known) => known === raw['tab']);
  return tab === undefined ? {} : { tab };
}

export function parseSignInSearch(raw: Raw): SignInSearch {
  const next = nextPathOf(textOf(raw['next']));
  const error = textOf(raw['error']);
  return { ...(next === null ? {} : { next }), ...(error === undefined ? {} : { error }) };
}

export function parseWelcomeSearch(raw: Raw): { next?: string } {
  const next = nextPathOf(textOf(raw['next']));
  return next === null ? {} : { next };
}

/** `user_code` is the name that RFC 8628 gives it. */
export function parseDeviceSearch(raw: Raw): { user_code?: string } {
  const code = textOf(raw['user_code']);
  return code === undefined ? {} : { user_code: code };
}

export function parsePeopleSearch(raw: Raw): PeopleSearch {
  const query = textOf(raw['query']);
  return query === undefined ? {} : { query };
}

export function parseAuditSearch(raw: Raw): AuditSearch {
  const action = auditAction.safeParse(raw['action']);
  const person = idSchema('user').safeParse(raw['person']);
  const project = idSchema('project').safeParse(raw['project']);
  const from = dayOf(raw['from']);
  const to = dayOf(raw['to']);
  return {
    ...(action.success ? { action: action.data } : {}),
    ...(person.success ? { person: person.data } : {}),
    ...(project.success ? { project: project.data } : {}),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function dayOf(value: unknown): string | undefined {
  const text = textOf(value) ?? '';
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(new Date(text).getTime()) ? text : undefined;
}

/** The router reads `line=10` as a number and `q=42` too. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
