import { Link } from '@tanstack/react-router';
import type { SolveHead } from '@yudai/contract';
import type { ReactNode } from 'react';
import { costOf, stageWords, testsOf, wordsOf } from '#features/solver/solve-words.ts';
import { formatAgo, formatDuration, formatTime } from '#lib/format.ts';
import { links } from '#lib/links.ts';
import { useNow } from '#lib/use-now.ts';
import { moveFocus } from '#ui/move-focus.ts';
import { StateDot } from '#ui/state-dot.tsx';

/** One row a solve; the arrow keys move between them. */
export function SolveTable({ solves }: { solves: readonly SolveHead[] }): ReactNode {
  const now = useNow(1000);
  return (
    <table className="table solve-table" onKeyDown={moveFocus}>
      <thead>
        <tr>
          <th>Issue</th>
          <th className="solve-col-status">Status</th>
          <th className="wide-only solve-col-tests">Tests</th>
          <th className="mid-only solve-col-lines">Lines</th>
          <th className="wide-only number solve-col-number">Steps</th>
          <th className="mid-only number solve-col-number">Cost</th>
          <th className="mid-only number solve-col-number">Time</th>
          <th className="wide-only solve-col-pull">Pull request</th>
          <th className="wide-only solve-col-number">Started</th>
        </tr>
      </thead>
      <tbody>
        {solves.map((solve) => (
          <tr key={solve.id}>
            <td>
              <Link className="table-link truncate" {...links.solve(solve.projectId, solve.id)}>
                {solve.title}
              </Link>
            </td>
            <td className="truncate" title={solve.reason}>
              <StatusCell solve={solve} />
            </td>
            <td className="wide-only truncate">{solve.tests === null ? '–' : testsOf(solve.tests)}</td>
            <td className="mid-only mono">
              +{solve.additions} −{solve.deletions}
            </td>
            <td className="wide-only mono number">{solve.steps}</td>
            <td className="mid-only mono number">{costOf(solve)}</td>
            <td className="mid-only mono number">{timeOf(solve, now)}</td>
            <td className="wide-only">
              <PullRequestCell solve={solve} />
            </td>
            <td className="wide-only muted truncate" title={formatTime(solve.createdAt)}>
              {formatAgo(solve.createdAt, now)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function StatusCell({ solve }: { solve: SolveHead }): ReactNode {
  const { word, tone } = wordsOf(solve);
  return (
    <StateDot tone={tone}>
      {word}
      {solve.status === 'running' && solve.stage !== null && (
        <span className="muted mid-only"> {stageWords[solve.stage].name.toLowerCase()}</span>
      )}
      {solve.queuePosition !== null && ` #${solve.queuePosition}`}
    </StateDot>
  );
}

function PullRequestCell({ solve }: { solve: SolveHead }): ReactNode {
  const { pullRequest } = solve;
  if (pullRequest === null) return <span className="muted">–</span>;
  const { number, state, draft, url } = pullRequest;
  const word = draft && state === 'open' ? 'draft' : state;
  if (!/^https?:\/\//.test(url)) return <span className="mono">#{number}</span>;
  return (
    <a className="row issue-number" href={url} target="_blank" rel="noopener noreferrer">
      <span className="mono">#{number}</span> <span className="muted">{word}</span>
    </a>
  );
}

function timeOf({ startedAt, finishedAt }: SolveHead, now: number): string {
  if (startedAt === null) return '–';
  const end = finishedAt === null ? now : new Date(finishedAt).getTime();
  return formatDuration(Math.max(0, end - new Date(startedAt).getTime()));
}
