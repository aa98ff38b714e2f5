import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Solve, SolveAttempt, SolveEvidence } from '@yudai/contract';
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Room } from '#features/solver/room.ts';
import { isEnded, outcomeWords, testsOf } from '#features/solver/solve-words.ts';
import { ComparisonView } from '#features/solver/tests/comparison-view.tsx';
import { CriteriaTable } from '#features/solver/tests/criteria-table.tsx';
import { EvidenceDrawer } from '#features/solver/tests/evidence-drawer.tsx';
import { EvidenceTable } from '#features/solver/tests/evidence-table.tsx';
import { api } from '#lib/client.ts';
import { Empty } from '#ui/empty.tsx';
import { ErrorLine } from '#ui/error-panel.tsx';
import { StateDot } from '#ui/state-dot.tsx';

interface Props {
  room: Room;
  mayRun: boolean;
  onSolve: (solve: Solve) => void;
}

/** What was shown: each criterion by what ran for it, the tests before and after, and every record behind both. */
export function TestsTab({ room, mayRun, onSolve }: Props): ReactNode {
  const { solve, evidence } = room;
  const [open, setOpen] = useState<readonly string[]>([]);
  const records = [...evidence.values()].toSorted((one, other) => one.at.localeCompare(other.at));
  const show = (ids: readonly string[]) => setOpen(ids);
  if (records.length === 0 && solve.criteria.length === 0) {
    return (
      <Empty
        icon={FlaskConical}
        title={isEnded(solve) ? 'No test was run' : 'No test has run yet'}
        text={
          isEnded(solve) ? undefined : 'They run before the change, while it is made, and once more in a fresh sandbox.'
        }
      />
    );
  }
  return (
    <div className="solve-page-scroll" tabIndex={0} role="region" aria-label="Tests and records">
      {solve.attempts.length > 1 && <Attempts solve={solve} mayRun={mayRun} onSolve={onSolve} />}
      {solve.criteria.length > 0 && (
        <section aria-labelledby="solve-criteria">
          <h2 className="section-title" id="solve-criteria">
            What was asked for, and what shows it
          </h2>
          <CriteriaTable criteria={solve.criteria} onEvidence={show} />
        </section>
      )}
      {solve.comparison !== null && (
        <section aria-labelledby="solve-comparison">
          <h2 className="section-title" id="solve-comparison">
            Tests before and after the change
          </h2>
          <ComparisonView comparison={solve.comparison} />
        </section>
      )}
      <section aria-labelledby="solve-records">
        <h2 className="section-title" id="solve-records">
          Records of what ran
        </h2>
        <EvidenceTable records={records} onOpen={(id) => show([id])} />
      </section>
      <EvidenceDrawer records={found(open, evidence)} onClose={() => setOpen([])} />
    </div>
  );
}

function found(ids: readonly string[], evidence: ReadonlyMap<string, SolveEvidence>): SolveEvidence[] {
  return ids.flatMap((id) => {
    const record = evidence.get(id);
    return record === undefined ? [] : [record];
  });
}

/** Several attempts, side by side by what ran in them. */
function Attempts({ solve, mayRun, onSolve }: { solve: Solve; mayRun: boolean; onSolve: Props['onSolve'] }): ReactNode {
  const queries = useQueryClient();
  const choose = useMutation(
    api.solver.choose.mutationOptions({
      onSuccess: (chosen) => {
        onSolve(chosen);
        // The change that is shown unless another is asked for is this one now.
        return queries.invalidateQueries({ queryKey: api.solver.diff.key({ input: { id: solve.id } }) });
      },
    }),
  );
  const mayChoose = mayRun && isEnded(solve);
  return (
    <section aria-labelledby="solve-attempts">
      <h2 className="section-title" id="solve-attempts">
        Attempts
      </h2>
      <table className="table">
        <thead>
          <tr>
            <th>Attempt</th>
            <th>Outcome</th>
            <th className="mid-only">Tests</th>
            <th className="mid-only">Change</th>
            <th>Chosen</th>
          </tr>
        </thead>
        <tbody>
          {solve.attempts.map((attempt) => (
            <tr key={attempt.attempt}>
              <td className="truncate" title={attempt.reason}>
                {attempt.attempt} <span className="mono muted">{attempt.model}</span>
              </td>
              <td>
                <AttemptOutcome attempt={attempt} />
              </td>
              <td className="mid-only">{testsAfter(attempt)}</td>
              <td className="mid-only mono">
                +{attempt.additions} −{attempt.deletions}
              </td>
              <td>
                {attempt.chosen ? (
                  'chosen'
                ) : mayChoose ? (
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={`Choose attempt ${attempt.attempt}`}
                    loading={choose.isPending && choose.variables.attempt === attempt.attempt}
                    onClick={() =>
                      choose.mutate({ projectId: solve.projectId, id: solve.id, attempt: attempt.attempt })
                    }
                  >
                    Choose
                  </Button>
                ) : (
                  '–'
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {choose.isError && <ErrorLine error={choose.error} />}
    </section>
  );
}

function testsAfter({ tests }: SolveAttempt): string {
  const after = tests?.after ?? null;
  return after === null ? '–' : testsOf(after);
}

function AttemptOutcome({ attempt }: { attempt: SolveAttempt }): ReactNode {
  if (attempt.outcome === null) return <span className="muted">at work</span>;
  const { word, tone } = outcomeWords[attempt.outcome];
  return <StateDot tone={tone}>{word}</StateDot>;
}
