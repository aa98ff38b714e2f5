export { agentFacts, type ForeignAgent } from '#agent/acp/agents.ts';
export { findAgent, type InstalledAgent, installCommand } from '#agent/acp/find-agent.ts';
export { splitModelName } from '#models/index.ts';
