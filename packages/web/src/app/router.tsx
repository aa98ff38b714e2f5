import { idSchema } from '@yudai/contract';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  redirect,
} from '@tanstack/react-router';
import { CrashPage, NotFoundPage } from '#app/failure-pages.tsx';
import { Shell } from '#app/shell.tsx';
import {
  parseCodeSearch,
  parseGraphSearch,
  parseJobsSearch,
  parseProjectsSearch,
  parseWorkbenchSearch,
} from '#lib/search-params.ts';

const projectId = idSchema('project');

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage, errorComponent: CrashPage });

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

export const router = createRouter({
  routeTree: root.addChildren([home, projects, workbench, search, graph, jobs, settings]),
  defaultPreload: 'intent',
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

function requireProjectId(id: string): void {
  if (!projectId.safeParse(id).success) throw notFound();
}
