export type { SeenRequest, Trouble } from './front.ts';
export type { Json, JsonObject } from './json.ts';
export { type DoubleOptions, type GitHubDouble, type NewRepository, startGitHubDouble } from './start-github-double.ts';
export { deliver, type Delivery } from './webhooks.ts';
