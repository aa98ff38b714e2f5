import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Project, Solve } from '@yudai/contract';
import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { agentWords, aimWords, gateWords, isEnded, testsOf, wordsOf } from '#features/solver/solve-words.ts';
import { api } from '#lib/client.ts';
import { formatCost, formatDuration, formatNoun, formatTime, shortCommit } from '#lib/format.ts';
import { links } from '#lib/links.ts';
import { useNow } from '#lib/use-now.ts';
import { ProgressLine } from '#ui/progress-line.tsx';
import { StateDot } from '#ui/state-dot.tsx';

/** What is known of the solve besides what it does: how it stands, what it may still use, and where it came from. */
export function FactsPanel({ project, solve }: { project: Project; solve: Solve }): ReactNode {
  const { word, tone } = wordsOf(solve);
  return (
    <aside className="solve-facts" tabIndex={0} aria-label="About the solve">
      <section aria-labelledby="solve-now">
        <h2 id="solve-now">How it stands</h2>
        <dl className="facts">
          <Fact name="Status">
            <StateDot tone={tone}>{word}</StateDot>
          </Fact>
          {solve.queuePosition !== null && <Fact name="Queue">place {solve.queuePosition}</Fact>}
          <Times solve={solve} />
          <Steps solve={solve} />
          <Cost solve={solve} />
          {solve.tests !== null && <Fact name="Tests">{testsOf(solve.tests)}</Fact>}
          <Fact name="Change">
            {formatNoun(solve.files, 'file')} <Lines solve={solve} />
          </Fact>
        </dl>
      </section>
      <section aria-labelledby="solve-from">
        <h2 id="solve-from">Where it works</h2>
        <dl className="facts">
          <Fact name="Issue">
            <Link className="issue-link" {...links.issue(project.id, solve.issueId)}>
              {solve.title}
            </Link>
          </Fact>
          {solve.base !== null && (
            <Fact name="Base">
              <span className="mono" title={solve.base.commit ?? undefined}>
                {solve.base.ref ?? ''} {solve.base.commit === null ? '' : shortCommit(solve.base.commit)}
              </span>
            </Fact>
          )}
          {solve.branch !== null && (
            <Fact name="Branch">
              <span className="mono">{solve.branch}</span>
            </Fact>
          )}
          <PullRequest solve={solve} />
          {solve.parentId !== null && (
            <Fact name="Goes on from">
              <Link className="issue-link" {...links.solve(project.id, solve.parentId)}>
                An earlier solve
              </Link>
            </Fact>
          )}
          {solve.note !== null && <Fact name="Note">{solve.note}</Fact>}
          {solve.taken.length > 0 && (
            <Fact name="Taken over">
              <span className="mono">{solve.taken.join(', ')}</span>
            </Fact>
          )}
        </dl>
      </section>
      <Settings solve={solve} />
    </aside>
  );
}

function Times({ solve }: { solve: Solve }): ReactNode {
  const now = useNow(1000);
  const { startedAt, finishedAt, deadlineAt, createdAt } = solve;
  if (startedAt === null) return <Fact name="Asked for">{formatTime(createdAt)}</Fact>;
  const end = finishedAt === null ? now : new Date(finishedAt).getTime();
  const left = deadlineAt === null || isEnded(solve) ? null : Math.max(0, new Date(deadlineAt).getTime() - now);
  return (
    <>
      <Fact name="Time">
        <span className="mono">{formatDuration(Math.max(0, end - new Date(startedAt).getTime()))}</span>
      </Fact>
      {left !== null && (
        <Fact name="Time left">
          <span className="mono">{formatDuration(left)}</span>
          <span className="muted"> of {solve.settings.minutes} min</span>
        </Fact>
      )}
    </>
  );
}

function Steps({ solve }: { solve: Solve }): ReactNode {
  const run = solve.stages.findLast(({ status }) => status === 'running');
  return (
    <>
      <Fact name="Steps">
        <span className="mono">{solve.steps}</span>
      </Fact>
      {run !== undefined && run.mostSteps > 0 && (
        <Fact name="Steps left">
          <span className="mono">{Math.max(0, run.mostSteps - run.steps)}</span>
          <span className="muted"> of {run.mostSteps} in this stage</span>
        </Fact>
      )}
    </>
  );
}

/** The budget of the job, because a person may have allowed more meanwhile. */
function Cost({ solve }: { solve: Solve }): ReactNode {
  const { jobId } = solve;
  const job = useQuery(api.jobs.get.queryOptions({ input: { id: jobId ?? '' }, enabled: jobId !== null })).data;
  const budget = job === undefined ? solve.settings.budgetMicros : job.budgetMicros;
  const percent = budget === null || budget === 0 ? null : Math.min(100, Math.round((solve.costMicros / budget) * 100));
  return (
    <Fact name="Cost">
      <span className="mono">{formatCost(solve.costMicros)}</span>
      {budget !== null && <span className="muted"> of {formatCost(budget)} </span>}
      {solve.hasUnpricedCalls && <span className="muted"> without calls of unknown price, which no budget limits</span>}
      {percent !== null && (
        <ProgressLine value={percent} label="Share of the budget that is used" width={56} showsNumber={false} />
      )}
    </Fact>
  );
}

function PullRequest({ solve }: { solve: Solve }): ReactNode {
  const { pullRequest } = solve;
  if (pullRequest === null) return null;
  const { number, repository, url, state, draft } = pullRequest;
  return (
    <Fact name="Pull request">
      <a className="issue-link row" href={url} target="_blank" rel="noopener noreferrer">
        <span>
          {repository} #{number}
        </span>
        <ExternalLink size={11} aria-hidden="true" />
      </a>
      <span className="muted">{draft && state === 'open' ? 'draft' : state}</span>
    </Fact>
  );
}

function Settings({ solve }: { solve: Solve }): ReactNode {
  const { gate, aim, minutes, steps, attempts } = solve.settings;
  const models = [...new Set(solve.stages.flatMap(({ model }) => (model === null ? [] : [model])))];
  return (
    <section aria-labelledby="solve-how">
      <h2 id="solve-how">How it was asked for</h2>
      <dl className="facts">
        <Fact name="You agree to">{gateWords[gate].label.toLowerCase()}</Fact>
        <Fact name="Aim">{aimWords[aim].label.toLowerCase()}</Fact>
        <Fact name="At most">
          {minutes} min, {formatNoun(steps, 'step')} a stage
        </Fact>
        <Fact name="Attempts">{attempts.map(attemptWords).join(', ')}</Fact>
        {models.length > 0 && (
          <Fact name="Models">
            <span className="mono">{models.join(', ')}</span>
          </Fact>
        )}
      </dl>
    </section>
  );
}

/** `+16 −3`. */
/** Who changes the code, and with which model where one was chosen. */
function attemptWords({ agent, model }: Solve['settings']['attempts'][number]): string {
  if (model === null) return agentWords[agent];
  return agent === 'yudai' ? model : `${agentWords[agent]} · ${model}`;
}

export function Lines({ solve }: { solve: { additions: number; deletions: number } }): ReactNode {
  return (
    <span className="mono solve-lines">
      <span data-tone="success">+{solve.additions}</span> <span data-tone="danger">−{solve.deletions}</span>
    </span>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
