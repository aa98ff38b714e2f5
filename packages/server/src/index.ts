export type { App, AppOverrides } from '#app/create-app.ts';
export { type DoctorFinding, examine } from '#app/doctor.ts';
export { openApp as createApp } from '#app/open-app.ts';
export { serve, type ServeOptions, work } from '#app/serve.ts';
export { type LocallySolved, type LocalSolve, solveLocally } from '#app/solve-folder.ts';
export type { Spent } from '#app/spending.ts';
export { version } from '#app/version.ts';
export { type Config, ConfigError, configHelp, configTable, parseConfig, readEnv } from '#platform/config/index.ts';
