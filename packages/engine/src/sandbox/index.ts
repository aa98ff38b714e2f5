export { firstClosedFolder } from '#sandbox/box/closed-folder.ts';
export { type DockerSandboxOptions, createDockerSandbox } from '#sandbox/docker/docker-sandbox.ts';
export { type BoxEntry, type BoxEntryKind, type BoxFiles, type BoxStat, workTreeInBox } from '#sandbox/box-files.ts';
export {
  type Egress,
  type EgressDecision,
  type EgressOptions,
  type EgressServices,
  createEgress,
} from '#sandbox/egress/create-egress.ts';
export { type BoxLimits, defaultBoxLimits } from '#sandbox/limits.ts';
export { createLocalSandbox } from '#sandbox/local/local-sandbox.ts';
export { createRemoteSandbox, type RemoteSandboxOptions } from '#sandbox/remote/remote-sandbox.ts';
export type { ProviderOptions } from '#sandbox/remote/provider.ts';
export type {
  Box,
  BoxBeginning,
  BoxMount,
  BoxRequest,
  Command,
  CommandResult,
  RunOptions,
  Sandbox,
  SandboxCheck,
  SandboxRemark,
} from '#sandbox/sandbox.ts';
export { SandboxError, type SandboxReason } from '#sandbox/sandbox-error.ts';
