import { Button } from '@mantine/core';
import type { Solve, SolvePlan } from '@yudai/contract';
import { ListChecks, Pencil } from 'lucide-react';
import type { ReactNode } from 'react';
import { Markdown } from '#features/chat/markdown/markdown.tsx';
import { PlanEditor } from '#features/solver/plan/plan-editor.tsx';
import { claimOf, isEnded } from '#features/solver/solve-words.ts';
import { Empty } from '#ui/empty.tsx';

interface Props {
  solve: Solve;
  mayRun: boolean;
  isEditing: boolean;
  onEditing: (isEditing: boolean) => void;
  onSolve: (solve: Solve) => void;
}

/** What the architect has found and planned. While it waits for approval it can be changed. */
export function PlanTab({ solve, mayRun, isEditing, onEditing, onSolve }: Props): ReactNode {
  const { plan } = solve;
  if (plan === null) {
    return (
      <Empty
        icon={ListChecks}
        title={isEnded(solve) ? 'There is no plan' : 'There is no plan yet'}
        text={isEnded(solve) ? undefined : 'The architect reads the code first.'}
      />
    );
  }
  const mayEdit = mayRun && mayChangePlan(solve);
  if (mayEdit && isEditing) {
    return <PlanEditor solve={solve} plan={plan} onSolve={onSolve} onClose={() => onEditing(false)} />;
  }
  return (
    <div className="solve-page-scroll" tabIndex={0} role="region" aria-label="Plan">
      {mayEdit && (
        <Button
          className="solve-edit-plan"
          variant="default"
          leftSection={<Pencil size={13} aria-hidden="true" />}
          onClick={() => onEditing(true)}
        >
          Change the plan
        </Button>
      )}
      <PlanView plan={plan} solve={solve} />
    </div>
  );
}

/** Whether the plan waits for somebody to agree to it. */
export function mayChangePlan({ plan, status, stage }: Solve): boolean {
  return plan !== null && status === 'waiting_for_input' && stage === 'architect';
}

function PlanView({ plan, solve }: { plan: SolvePlan; solve: Solve }): ReactNode {
  return (
    <article className="solve-plan">
      {plan.notes !== '' && <Markdown text={plan.notes} citations={[]} isStreaming={false} onOpen={stay} />}
      {plan.steps.length > 0 && (
        <section>
          <h3>Steps</h3>
          <ol>
            {plan.steps.map(({ text, files }, place) => (
              <li key={place}>
                {text}
                {files.length > 0 && <p className="mono muted">{files.join(', ')}</p>}
              </li>
            ))}
          </ol>
        </section>
      )}
      {plan.criteria.length > 0 && (
        <section>
          <h3>How each criterion will be shown</h3>
          <ul>
            {plan.criteria.map(({ id, text, how }) => (
              <li key={id}>
                <span className="mono muted">{id}</span> {text}
                {how !== '' && <p className="muted">{how}</p>}
                {(solve.testsPlanned?.claims ?? [])
                  .filter(({ criterion }) => criterion === id)
                  .map(({ claim }, place) => (
                    <p key={place} className="mono muted">
                      {claimOf(claim)}
                    </p>
                  ))}
              </li>
            ))}
          </ul>
        </section>
      )}
      {plan.testPaths.length > 0 && (
        <section>
          <h3>Where tests may be written besides the known places</h3>
          <p className="mono">{plan.testPaths.join(', ')}</p>
        </section>
      )}
      {solve.testsPlanned !== null && solve.testsPlanned.summary !== '' && (
        <section>
          <h3>What the tests look for</h3>
          <Markdown text={solve.testsPlanned.summary} citations={[]} isStreaming={false} onOpen={stay} />
        </section>
      )}
    </article>
  );
}

function stay(): void {
  // Places in the code are named in the text; nothing of them is open beside it.
}
