export { type AccessWatch, createAccessWatch } from '#platform/http/access-watch.ts';
export { createHttp, type HttpOptions } from '#platform/http/create-http.ts';
export { fetchInProcess } from '#platform/http/fetch-in-process.ts';
export type { CheckHealth } from '#platform/http/health.ts';
export type { Identify } from '#platform/http/identity.ts';
