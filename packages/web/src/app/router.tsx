import { idSchema } from '@yudai/contract';
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  redirect,
} from '@tanstack/react-router';
import { CrashPage, NotFoundPage } from '#app/failure-pages.tsx';
import { Frame } from '#app/frame.tsx';
import { guard } from '#app/guard.ts';
import { lookAgain } from '#app/look-again.ts';
import { createQueries } from '#app/queries.ts';
import {
  parseAuditSearch,
  parseCodeSearch,
  parseDeviceSearch,
  parseGraphSearch,
  parseIdeasSearch,
  parseIssuesSearch,
  parseJobsSearch,
  parsePeopleSearch,
  parseProjectsSearch,
  parseSignInSearch,
  parseSolveSearch,
  parseSolvesSearch,
  parseWelcomeSearch,
  parseWorkbenchSearch,
} from '#lib/search-params.ts';

const projectId = idSchema('project');
const issueId = idSchema('issue');
const solveId = idSchema('solve');

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  beforeLoad: ({ context, location }) => guard(context.queries, location),
  component: Frame,
  notFoundComponent: NotFoundPage,
  errorComponent: CrashPage,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  staticData: { isBare: true },
  validateSearch: parseSignInSearch,
  component: lazyRouteComponent(() => import('#features/accounts/sign-in-page.tsx'), 'SignInPage'),
});

const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  staticData: { isBare: true },
  validateSearch: parseWelcomeSearch,
  component: lazyRouteComponent(() => import('#features/accounts/welcome-page.tsx'), 'WelcomePage'),
});

const device = createRoute({
  getParentRoute: () => root,
  path: '/device',
  staticData: { isBare: true },
  validateSearch: parseDeviceSearch,
  component: lazyRouteComponent(() => import('#features/accounts/device-page.tsx'), 'DevicePage'),
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/projects', search: {} });
  },
});

const projects = createRoute({
  getParentRoute: () => root,
  path: '/projects',
  validateSearch: parseProjectsSearch,
  component: lazyRouteComponent(() => import('#features/projects/projects-page.tsx'), 'ProjectsPage'),
});

const workbench = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId',
  validateSearch: parseWorkbenchSearch,
  beforeLoad: ({ params }) => requireProjectId(params.projectId),
  component: lazyRouteComponent(() => import('#features/codebase/workbench-page.tsx'), 'WorkbenchPage'),
});

const search = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId/search',
  validateSearch: parseCodeSearch,
  beforeLoad: ({ params }) => requireProjectId(params.projectId),
  component: lazyRouteComponent(() => import('#features/codebase/search/search-page.tsx'), 'SearchPage'),
});

const graph = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId/graph',
  validateSearch: parseGraphSearch,
  beforeLoad: ({ params }) => requireProjectId(params.projectId),
  component: lazyRouteComponent(() => import('#features/codebase/graph/graph-page.tsx'), 'GraphPage'),
});

const issues = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId/issues',
  validateSearch: parseIssuesSearch,
  beforeLoad: ({ params }) => requireProjectId(params.projectId),
  component: lazyRouteComponent(() => import('#features/issues/issues-page.tsx'), 'IssuesPage'),
});

const issue = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId/issues/$issueId',
  beforeLoad: ({ params }) => {
    requireProjectId(params.projectId);
    if (!issueId.safeParse(params.issueId).success) throw notFound();
  },
  component: lazyRouteComponent(() => import('#features/issues/issue-page.tsx'), 'IssuePage'),
});

const ideas = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId/ideas',
  validateSearch: parseIdeasSearch,
  beforeLoad: ({ params }) => requireProjectId(params.projectId),
  component: lazyRouteComponent(() => import('#features/issues/ideas/ideas-page.tsx'), 'IdeasPage'),
});

const solves = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId/solves',
  validateSearch: parseSolvesSearch,
  beforeLoad: ({ params }) => requireProjectId(params.projectId),
  component: lazyRouteComponent(() => import('#features/solver/list/solves-page.tsx'), 'SolvesPage'),
});

const solve = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId/solves/$solveId',
  validateSearch: parseSolveSearch,
  beforeLoad: ({ params }) => {
    requireProjectId(params.projectId);
    if (!solveId.safeParse(params.solveId).success) throw notFound();
  },
  component: lazyRouteComponent(() => import('#features/solver/solve-page.tsx'), 'SolvePage'),
});

const solving = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId/solving',
  beforeLoad: ({ params }) => requireProjectId(params.projectId),
  component: lazyRouteComponent(() => import('#features/solver/settings/solving-page.tsx'), 'SolvingPage'),
});

const members = createRoute({
  getParentRoute: () => root,
  path: '/projects/$projectId/members',
  beforeLoad: ({ params }) => requireProjectId(params.projectId),
  component: lazyRouteComponent(() => import('#features/projects/members/members-page.tsx'), 'MembersPage'),
});

const jobs = createRoute({
  getParentRoute: () => root,
  path: '/jobs',
  validateSearch: parseJobsSearch,
  component: lazyRouteComponent(() => import('#features/jobs/jobs-page.tsx'), 'JobsPage'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('#features/system/settings-page.tsx'), 'SettingsPage'),
});

const account = createRoute({
  getParentRoute: () => root,
  path: '/settings/account',
  component: lazyRouteComponent(() => import('#features/accounts/account-page.tsx'), 'AccountPage'),
});

const sessions = createRoute({
  getParentRoute: () => root,
  path: '/settings/sessions',
  component: lazyRouteComponent(() => import('#features/accounts/sessions-page.tsx'), 'SessionsPage'),
});

const keys = createRoute({
  getParentRoute: () => root,
  path: '/settings/keys',
  component: lazyRouteComponent(() => import('#features/accounts/keys-page.tsx'), 'KeysPage'),
});

const github = createRoute({
  getParentRoute: () => root,
  path: '/settings/github',
  component: lazyRouteComponent(() => import('#features/github/github-page.tsx'), 'GithubPage'),
});

const models = createRoute({
  getParentRoute: () => root,
  path: '/settings/models',
  component: lazyRouteComponent(() => import('#features/models/models-page.tsx'), 'ModelsPage'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/settings/audit',
  validateSearch: parseAuditSearch,
  component: lazyRouteComponent(() => import('#features/audit/audit-page.tsx'), 'AuditPage'),
});

const people = createRoute({
  getParentRoute: () => root,
  path: '/settings/people',
  validateSearch: parsePeopleSearch,
  component: lazyRouteComponent(() => import('#features/accounts/people-page.tsx'), 'PeoplePage'),
});

export const queries: QueryClient = createQueries(() => void lookAgain(queries, router));

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    projects,
    workbench,
    search,
    graph,
    issues,
    issue,
    ideas,
    solves,
    solve,
    solving,
    members,
    jobs,
    settings,
    account,
    sessions,
    keys,
    github,
    models,
    audit,
    people,
    signIn,
    welcome,
    device,
  ]),
  context: { queries },
  defaultPreload: 'intent',
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    /** Stands alone, without the rail: nobody is signed in yet, or there is one question to answer. */
    isBare?: boolean;
  }
}

function requireProjectId(id: string): void {
  if (!projectId.safeParse(id).success) throw notFound();
}
