import type { SolvePlan } from '@yudai/contract';
import picomatch from 'picomatch';
import { categoryOf, isTest } from '#codebase/classify/categories.ts';
import { languageOfPath } from '#codebase/classify/languages.ts';

/** Says why a stage must not change a path, in words for the model; null when it may. */
export type Boundary = (path: string) => string | null;

/** What no stage may touch: what a person has taken over. */
function takenBoundary(taken: ReadonlySet<string>): Boundary {
  return (path) => (taken.has(path) ? `A person has taken over ${path}: leave it as it is.` : null);
}

/** The architect changes nothing. */
export const architectBoundary: Boundary = () => 'You plan; nothing is changed in this stage.';

/** The tester writes tests and their data, and what else the plan names for it. */
export function testerBoundary(plan: SolvePlan, taken: ReadonlySet<string>): Boundary {
  const isPlanned = plan.testPaths.map((glob) => picomatch(glob, { dot: true }));
  return (path) => {
    if (isTest(path) || isPlanned.some((fits) => fits(path))) return takenBoundary(taken)(path);
    return `You write tests, and ${path} is none. Test files are those in folders such as tests/ or __tests__/, and those named like x.test.ts, x_test.go or test_x.py.`;
  };
}

/** The coder changes everything but the tests that were written for it. */
export function coderBoundary(protectedTests: ReadonlySet<string>, taken: ReadonlySet<string>): Boundary {
  return (path) => {
    if (protectedTests.has(path)) {
      return `${path} holds the tests that your change is judged by: leave it as it is, and make them pass.`;
    }
    return takenBoundary(taken)(path);
  };
}

/**
 * Of the files that the tester has changed, those that the coder must leave alone: all but code that was there before, because some languages keep tests in
 * the file of the code.
 */
export function protectedOf(changed: readonly string[], wasThere: (path: string) => boolean): Set<string> {
  return new Set(
    changed.filter((path) => isTest(path) || !wasThere(path) || categoryOf(path, languageOfPath(path)) !== 'source'),
  );
}
