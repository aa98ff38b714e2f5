import { linkOptions } from '@tanstack/react-router';
import type {
  AuditSearch,
  CodeSearch,
  IdeasSearch,
  IssuesSearch,
  JobsSearch,
  PeopleSearch,
  ProjectsSearch,
  SolveSearch,
  SolvesSearch,
  WorkbenchSearch,
} from '#lib/search-params.ts';

/** The one builder of addresses inside the app: `<Link {...links.graph(id)}>`, `navigate(links.jobs({ job }))`. */
export const links = {
  projects: (search: ProjectsSearch = {}) => linkOptions({ to: '/projects', search }),
  workbench: (projectId: string, search: WorkbenchSearch = {}) =>
    linkOptions({ to: '/projects/$projectId', params: { projectId }, search }),
  search: (projectId: string, search: CodeSearch = {}) =>
    linkOptions({ to: '/projects/$projectId/search', params: { projectId }, search }),
  graph: (projectId: string, search: { path?: string } = {}) =>
    linkOptions({ to: '/projects/$projectId/graph', params: { projectId }, search }),
  issues: (projectId: string, search: IssuesSearch = {}) =>
    linkOptions({ to: '/projects/$projectId/issues', params: { projectId }, search }),
  issue: (projectId: string, issueId: string) =>
    linkOptions({ to: '/projects/$projectId/issues/$issueId', params: { projectId, issueId } }),
  ideas: (projectId: string, search: IdeasSearch = {}) =>
    linkOptions({ to: '/projects/$projectId/ideas', params: { projectId }, search }),
  solves: (projectId: string, search: SolvesSearch = {}) =>
    linkOptions({ to: '/projects/$projectId/solves', params: { projectId }, search }),
  solve: (projectId: string, solveId: string, search: SolveSearch = {}) =>
    linkOptions({ to: '/projects/$projectId/solves/$solveId', params: { projectId, solveId }, search }),
  solving: (projectId: string) => linkOptions({ to: '/projects/$projectId/solving', params: { projectId } }),
  members: (projectId: string) => linkOptions({ to: '/projects/$projectId/members', params: { projectId } }),
  jobs: (search: JobsSearch = {}) => linkOptions({ to: '/jobs', search }),
  settings: () => linkOptions({ to: '/settings' }),
  account: () => linkOptions({ to: '/settings/account' }),
  sessions: () => linkOptions({ to: '/settings/sessions' }),
  keys: () => linkOptions({ to: '/settings/keys' }),
  github: () => linkOptions({ to: '/settings/github' }),
  models: () => linkOptions({ to: '/settings/models' }),
  audit: (search: AuditSearch = {}) => linkOptions({ to: '/settings/audit', search }),
  people: (search: PeopleSearch = {}) => linkOptions({ to: '/settings/people', search }),
  signIn: (next: string | null = null) => linkOptions({ to: '/sign-in', search: next === null ? {} : { next } }),
  welcome: (next: string | null = null) => linkOptions({ to: '/welcome', search: next === null ? {} : { next } }),
};
