import { AppError } from '#kernel/app-error.ts';
import type { SolveWork } from '#features/solver/index.ts';

/** Loading that a start without a solve does not need. */
export const solveWork: SolveWork = () => {
  throw new AppError('unavailable', 'This Yudai cannot solve yet.');
};
