export { createHealthCheck, type Dependency } from './check-health.ts';
export { createSystemRoutes, type SystemRoutesDeps } from './routes.ts';
