export { createJobsRoutes } from './routes.ts';
export { createJobsService, type JobsService } from './service.ts';
