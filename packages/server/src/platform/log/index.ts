export { createLog, type Log, type LogOptions, silentLog } from '#platform/log/create-log.ts';
export { withLogFields } from '#platform/log/log-fields.ts';
export { scrubSecrets } from '#platform/log/scrub.ts';
