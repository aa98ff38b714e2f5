export { readEnv } from '#platform/config/env.ts';
export { readProviderOptions } from '#platform/config/kinds.ts';
export { isLoopbackHost } from '#platform/config/loopback.ts';
export { type Config, ConfigError, parseConfig } from '#platform/config/parse-config.ts';
export { configHelp, configTable } from '#platform/config/variables.ts';
export type { Secret } from '#platform/config/secret.ts';
