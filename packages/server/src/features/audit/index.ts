export { createAuditRoutes } from './routes.ts';
export { type AuditService as Audit, createAuditService as createAudit, type Deed, type Doer } from './service.ts';
