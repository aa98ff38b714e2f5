import { ActionIcon, Checkbox, Loader } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Id, IssueHead } from '@yudai/contract';
import { ExternalLink, TriangleAlert, Wrench } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { priorityWords } from '#features/issues/draft/chosen-facts.ts';
import { statusWords } from '#features/issues/issue-words.ts';
import { formatAgo, formatTime } from '#lib/format.ts';
import { links } from '#lib/links.ts';
import { useNow } from '#lib/use-now.ts';
import { StateDot } from '#ui/state-dot.tsx';
import { Tip } from '#ui/tip.tsx';

interface Props {
  issues: readonly IssueHead[];
  /** Those that are picked; null where there is nothing to do with them. */
  picked: ReadonlySet<Id<'issue'>> | null;
  onPick: (ids: readonly Id<'issue'>[], isPicked: boolean) => void;
  /** Null where there is only one person. */
  nameOf: ((userId: string) => string | null) | null;
  /** Null where nobody may have issues solved. */
  onSolve: ((issue: IssueHead) => void) | null;
}

/** One row an issue. The arrow keys move between them, X picks the one that has the focus. */
export function IssueTable({ issues, picked, onPick, nameOf, onSolve }: Props): ReactNode {
  const now = useNow();
  const shownPicked = issues.filter(({ id }) => picked?.has(id) === true).length;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const { target, currentTarget } = event;
    if (!(target instanceof HTMLElement) || !target.classList.contains('issue-title')) return;
    const titles = [...currentTarget.querySelectorAll<HTMLElement>('.issue-title')];
    const at = titles.indexOf(target);
    const issue = issues[at];
    const to = event.key === 'ArrowDown' ? titles[at + 1] : event.key === 'ArrowUp' ? titles[at - 1] : undefined;
    if (to !== undefined) {
      event.preventDefault();
      to.focus();
    }
    if (event.key !== 'x' || event.ctrlKey || event.metaKey || picked === null || issue === undefined) return;
    event.preventDefault();
    onPick([issue.id], !picked.has(issue.id));
  };
  return (
    <table className="table issue-table" onKeyDown={onKeyDown}>
      <thead>
        <tr>
          {picked !== null && (
            <th className="issue-pick">
              <Checkbox
                size="xs"
                aria-label="Pick all that are shown"
                checked={shownPicked > 0 && shownPicked === issues.length}
                indeterminate={shownPicked > 0 && shownPicked < issues.length}
                onChange={(event) =>
                  onPick(
                    issues.map(({ id }) => id),
                    event.target.checked,
                  )
                }
              />
            </th>
          )}
          <th>Issue</th>
          <th className="issue-col-status">Status</th>
          <th className="mid-only issue-col-priority">Priority</th>
          <th className="wide-only issue-col-size">Size</th>
          <th className="mid-only issue-col-github">GitHub</th>
          {nameOf !== null && <th className="wide-only issue-col-person">By</th>}
          <th className="mid-only issue-col-changed">Changed</th>
        </tr>
      </thead>
      <tbody>
        {issues.map((issue) => (
          <tr key={issue.id} data-picked={picked?.has(issue.id) === true || undefined}>
            {picked !== null && (
              <td className="issue-pick">
                <Checkbox
                  size="xs"
                  aria-label={`Pick ${issue.title}`}
                  checked={picked.has(issue.id)}
                  onChange={(event) => onPick([issue.id], event.target.checked)}
                />
              </td>
            )}
            <td>
              <TitleCell issue={issue} onSolve={onSolve} />
            </td>
            <td>
              <Status issue={issue} />
            </td>
            <td className="mid-only" data-priority={issue.priority}>
              {priorityWords[issue.priority]}
            </td>
            <td className="wide-only mono">{issue.complexity}</td>
            <td className="mid-only">
              <GithubNumber github={issue.github} />
            </td>
            {nameOf !== null && <td className="wide-only muted truncate">{nameOf(issue.ownerId) ?? '–'}</td>}
            <td className="mid-only muted truncate" title={formatTime(issue.updatedAt)}>
              {formatAgo(issue.updatedAt, now)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function TitleCell({ issue, onSolve }: { issue: IssueHead } & Pick<Props, 'onSolve'>): ReactNode {
  const isOffered = issue.status === 'draft' || issue.status === 'published';
  return (
    <span className="row">
      <Link className="table-link truncate issue-title" {...links.issue(issue.projectId, issue.id)}>
        {issue.title}
      </Link>
      {issue.labels.slice(0, 3).map((label) => (
        <span key={label} className="chip wide-only issue-label-chip truncate">
          {label}
        </span>
      ))}
      <span className="grow" />
      {onSolve !== null && isOffered && !issue.archived && (
        <Tip label="Solve…">
          <ActionIcon
            className="issue-solve"
            aria-label={`Solve ${issue.title}`}
            disabled={issue.writingJobId !== null}
            onClick={() => onSolve(issue)}
          >
            <Wrench size={13} />
          </ActionIcon>
        </Tip>
      )}
    </span>
  );
}

/** Its state, or what is being done with it. */
export function Status({ issue }: { issue: IssueHead }): ReactNode {
  const { word, tone } = statusWords[issue.status];
  if (issue.writingJobId !== null || issue.publishingJobId !== null) {
    return (
      <span className="row">
        <Loader size={10} aria-hidden="true" /> {issue.writingJobId === null ? 'publishing' : 'being written'}
      </span>
    );
  }
  return (
    <span className="row">
      <StateDot tone={tone}>{word}</StateDot>
      {issue.failure !== null && (
        <span title={issue.failure.message} className="issue-failed">
          <TriangleAlert size={12} aria-label="The last try failed" />
        </span>
      )}
    </span>
  );
}

export function GithubNumber({ github }: { github: IssueHead['github'] }): ReactNode {
  if (github === null) return <span className="muted">–</span>;
  if (!/^https?:\/\//.test(github.url)) return <span className="mono">#{github.number}</span>;
  return (
    <a className="row mono issue-number" href={github.url} target="_blank" rel="noopener noreferrer">
      <span>
        #{github.number}
        <span className="visually-hidden"> on GitHub</span>
      </span>
      <ExternalLink size={11} aria-hidden="true" />
      {github.changed.length > 0 && (
        <span className="muted">
          changed<span className="visually-hidden"> there</span>
        </span>
      )}
    </a>
  );
}
