import type { SolverHealth } from '@yudai/contract';
import type { ReactNode } from 'react';

/** What is in the way of solving here and what to do about it; then what does not hold as it should. */
export function HealthBanner({ health }: { health: SolverHealth }): ReactNode {
  const { problems, warnings } = health;
  if (problems.length === 0 && warnings.length === 0) return null;
  return (
    <div className="notice solve-health" data-tone={problems.length > 0 ? 'danger' : undefined}>
      {problems.length > 0 && <strong>Nothing can be solved here yet</strong>}
      <ul>
        {[...problems, ...warnings].map(({ what, todo }) => (
          <li key={what}>
            {what} <span className="muted">{todo}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
