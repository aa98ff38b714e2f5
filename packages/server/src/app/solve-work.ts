import type { SolveWork } from '#features/solver/index.ts';

/** Solves with the engine, which a start without a solve need not load. */
export const solveWork: SolveWork = async (task, ports) => (await import('@yudai/engine/solving')).solve(task, ports);
