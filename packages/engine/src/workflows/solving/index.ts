export {
  type AttemptState,
  type Coder,
  type ForeignCoder,
  emptySolveState,
  type GateAnswer,
  type SolveEnd,
  type SolveIssue,
  type SolveNews,
  type SolvePorts,
  type SolveState,
  type SolveTask,
} from '#workflows/solving/solving.ts';
export { findPackageSources } from '#workflows/solving/package-sources.ts';
export { solve } from '#workflows/solving/solve.ts';
export { SolveStopped } from '#workflows/solving/stage-run.ts';
export { type FolderSolve, type SolvedFolder, solveFolder } from '#workflows/solving/solve-folder.ts';
