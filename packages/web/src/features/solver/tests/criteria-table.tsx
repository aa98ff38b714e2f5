import type { SolveCriterionResult } from '@yudai/contract';
import type { ReactNode } from 'react';
import { claimOf, claimWords } from '#features/solver/solve-words.ts';
import { formatNoun } from '#lib/format.ts';
import { StateDot } from '#ui/state-dot.tsx';

interface Props {
  criteria: readonly SolveCriterionResult[];
  /** Opens the records behind a check. */
  onEvidence: (ids: readonly string[]) => void;
}

/** Each criterion with the checks that show it, what they said before the change and after it, and the records behind them. */
export function CriteriaTable({ criteria, onEvidence }: Props): ReactNode {
  return (
    <table className="solve-criteria">
      <thead>
        <tr>
          <th>Criterion</th>
          <th>Check</th>
          <th>Before</th>
          <th>After</th>
        </tr>
      </thead>
      <tbody>
        {criteria.flatMap((criterion) => {
          const rows = Math.max(1, criterion.checks.length);
          const first = (
            <th scope="rowgroup" rowSpan={rows}>
              <span className="mono muted">{criterion.id}</span> {criterion.text}
              <Outcome result={criterion.result} />
            </th>
          );
          if (criterion.checks.length === 0) {
            return [
              <tr key={criterion.id}>
                {first}
                <td colSpan={3} className="muted">
                  Nothing was said that would show it
                </td>
              </tr>,
            ];
          }
          return criterion.checks.map((check, place) => (
            <tr key={`${criterion.id} ${place}`}>
              {place === 0 && first}
              <td>
                <span className={check.claim.kind === 'review' ? '' : 'mono'}>{claimOf(check.claim)}</span>
                {check.reason !== '' && <p className="muted">{check.reason}</p>}
                {check.evidence.length > 0 && (
                  <button type="button" className="solve-evidence-link" onClick={() => onEvidence(check.evidence)}>
                    {formatNoun(check.evidence.length, 'record')}
                    <span className="visually-hidden"> behind {claimOf(check.claim)}</span>
                  </button>
                )}
              </td>
              <td className="muted" data-label="Before:">
                {check.before ?? '–'}
              </td>
              <td data-label="After:">
                <Outcome result={check.result} />
              </td>
            </tr>
          ));
        })}
      </tbody>
    </table>
  );
}

function Outcome({ result }: { result: SolveCriterionResult['result'] }): ReactNode {
  const { word, tone } = claimWords[result];
  return <StateDot tone={tone}>{word}</StateDot>;
}
