import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { IssueReadiness, LikelyDuplicate, ReadinessReason } from '@yudai/contract';
import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { severityWords } from '#features/issues/issue-words.ts';
import { links } from '#lib/links.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { ProgressLine } from '#ui/progress-line.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';
import { StateDot } from '#ui/state-dot.tsx';

interface Props {
  projectId: string;
  readiness: UseQueryResult<IssueReadiness>;
  isDirty: boolean;
  onReason: (reason: ReadinessReason) => void;
}

/** How ready the issue is, as it is saved, with everything that takes from the score; each leads to its field. */
export function ReadinessPanel({ projectId, readiness, isDirty, onReason }: Props): ReactNode {
  return (
    <section className="issue-panel" aria-labelledby="issue-readiness">
      <h2 id="issue-readiness">Readiness</h2>
      {readiness.isPending ? (
        <SkeletonRows label="Judging the issue" count={4} />
      ) : readiness.isError ? (
        <ErrorPanel error={readiness.error} onRetry={() => void readiness.refetch()} />
      ) : (
        <>
          <Score readiness={readiness.data} />
          {isDirty && <p className="muted">As it was saved last; what you typed counts once it is saved.</p>}
          <ul className="issue-reasons" aria-label="What takes from it">
            {readiness.data.reasons.map((reason) => (
              <li key={`${reason.code} ${reason.field} ${reason.at}`}>
                <Reason reason={reason} onReason={onReason} />
              </li>
            ))}
          </ul>
          <Duplicates projectId={projectId} duplicates={readiness.data.duplicates} />
          {readiness.data.templates.length > 0 && (
            <p className="muted">
              Templates of the repository: {readiness.data.templates.map(({ name }) => name).join(', ')}
            </p>
          )}
        </>
      )}
    </section>
  );
}

function Score({ readiness }: { readiness: IssueReadiness }): ReactNode {
  const { score, reasons } = readiness;
  const isAllLookedAt = reasons.every(({ severity }) => severity !== 'note');
  return (
    <div className="issue-score">
      <span className="issue-score-number mono" role="status">
        {score}
        <span className="visually-hidden"> of 100</span>
      </span>
      <span className="grow">
        <ProgressLine value={score} label="Readiness" width={120} showsNumber={false} />
        {reasons.length === 0 && <p className="muted">Nothing is missing.</p>}
        {!isAllLookedAt && <p className="muted">Not everything could be looked at.</p>}
      </span>
    </div>
  );
}

function Reason({ reason, onReason }: { reason: ReadinessReason; onReason: Props['onReason'] }): ReactNode {
  const { word, tone } = severityWords[reason.severity];
  const content = (
    <>
      <span className="row">
        <StateDot tone={tone}>{word}</StateDot>
        <span className="grow" />
        {reason.points > 0 && <span className="mono muted">−{reason.points}</span>}
      </span>
      <span className="issue-reason-text">{reason.text}</span>
    </>
  );
  if (reason.field === null) return <div className="issue-reason">{content}</div>;
  return (
    <button type="button" className="issue-reason" onClick={() => onReason(reason)}>
      {content}
    </button>
  );
}

function Duplicates(props: { projectId: string; duplicates: readonly LikelyDuplicate[] }): ReactNode {
  if (props.duplicates.length === 0) return null;
  return (
    <>
      <h3 className="section-title">May say the same</h3>
      <ul className="issue-duplicates">
        {props.duplicates.map((duplicate) => (
          <li key={duplicate.issueId ?? duplicate.number} className="row">
            <DuplicateLink projectId={props.projectId} duplicate={duplicate} />
            <span className="mono muted">{Math.round(duplicate.likeness * 100)}%</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function DuplicateLink(props: { projectId: string; duplicate: LikelyDuplicate }): ReactNode {
  const { number, issueId, title, state, url } = props.duplicate;
  const name = (
    <>
      {number !== null && <span className="mono">#{number} </span>}
      {title} <span className="muted">({state})</span>
    </>
  );
  if (issueId !== null) {
    return (
      <Link className="grow issue-link" {...links.issue(props.projectId, issueId)}>
        {name}
      </Link>
    );
  }
  if (url === null || !/^https?:\/\//.test(url)) return <span className="grow">{name}</span>;
  return (
    <a className="grow issue-link" href={url} target="_blank" rel="noopener noreferrer">
      {name} <ExternalLink size={11} aria-label="on GitHub" />
    </a>
  );
}
