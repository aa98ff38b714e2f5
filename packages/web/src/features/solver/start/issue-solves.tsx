import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Issue, Project } from '@yudai/contract';
import type { ReactNode } from 'react';
import { wordsOf } from '#features/solver/solve-words.ts';
import { api } from '#lib/client.ts';
import { formatAgo, formatTime } from '#lib/format.ts';
import { links } from '#lib/links.ts';
import { useNow } from '#lib/use-now.ts';
import { StateDot } from '#ui/state-dot.tsx';

const shown = 5;

/** The last solves of an issue and how each stands; nothing where it was never solved. */
export function IssueSolves({ project, issue }: { project: Project; issue: Issue }): ReactNode {
  const now = useNow();
  const solves = useQuery(
    api.solver.list.queryOptions({ input: { projectId: project.id, issueId: issue.id, limit: shown } }),
  ).data;
  if (solves === undefined || solves.items.length === 0) return null;
  return (
    <section className="issue-panel" aria-labelledby="issue-solves">
      <h2 id="issue-solves">Solves</h2>
      <ul>
        {solves.items.map((solve) => {
          const { word, tone } = wordsOf(solve);
          return (
            <li key={solve.id} className="row">
              <Link className="issue-link" {...links.solve(project.id, solve.id)}>
                <StateDot tone={tone}>{word}</StateDot>
              </Link>
              {solve.pullRequest !== null && <span className="mono muted">#{solve.pullRequest.number}</span>}
              <span className="grow" />
              <span className="muted" title={formatTime(solve.createdAt)}>
                {formatAgo(solve.createdAt, now)}
              </span>
            </li>
          );
        })}
      </ul>
      {solves.nextCursor !== null && (
        <Link className="issue-link muted" {...links.solves(project.id, { issue: issue.id })}>
          Show all of them
        </Link>
      )}
    </section>
  );
}
