import type { ModelCandidate, ModelsOverview } from '@yudai/contract';
import type { ReactNode } from 'react';
import { roleWords, stateWords } from '#features/models/words.ts';
import { StateDot } from '#ui/state-dot.tsx';

/** The models of each role, in the order in which they are tried. */
export function RolesPanel(props: { overview: ModelsOverview }): ReactNode {
  return (
    <section className="card" aria-labelledby="model-roles">
      <h2 id="model-roles">Roles</h2>
      <dl className="model-roles">
        {props.overview.roles.map(({ role, candidates, variable }) => (
          <div key={role}>
            <dt>{roleWords[role]}</dt>
            <dd>
              {candidates.length === 0 ? (
                <span className="muted">
                  No model. <code className="mono">{variable}</code> names its own.
                </span>
              ) : (
                <ol>
                  {candidates.map((candidate) => (
                    <Candidate key={candidate.model} candidate={candidate} />
                  ))}
                </ol>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Candidate(props: { candidate: ModelCandidate }): ReactNode {
  const { model, state, price } = props.candidate;
  const { tone, text } = stateWords[state];
  return (
    <li>
      <span className="mono bright">{model}</span>
      <StateDot tone={tone}>{text}</StateDot>
      <span className="muted">
        {price === null ? 'price not known' : `$${price.input} in, $${price.output} out per million tokens`}
      </span>
    </li>
  );
}
