export type { PageOptions } from '#pages/fetch-page.ts';
export { PageError, type PageReason } from '#pages/page-error.ts';
export { type PageText, readPage } from '#pages/read-page.ts';
