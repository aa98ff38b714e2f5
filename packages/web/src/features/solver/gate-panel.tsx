import { Button, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Answer, Job, Question, Solve } from '@yudai/contract';
import { CirclePause } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { JobQuestions } from '#features/jobs/job-questions.tsx';
import { useJobRefusal } from '#features/jobs/use-job-refusal.ts';
import { gateOf } from '#features/solver/gate.ts';
import type { Gate } from '#features/solver/gate.ts';
import { api } from '#lib/client.ts';
import { useLive } from '#lib/live/live-provider.tsx';
import { ErrorLine } from '#ui/error-panel.tsx';

interface Props {
  solve: Solve;
  /** While the plan is changed, what is typed there is not yet what one would agree to. */
  isPlanOpen: boolean;
  onPlan: () => void;
}

/** What the solve waits for: to agree to what a stage has made, or an answer. Nothing while it waits for nobody. */
export function GatePanel({ solve, isPlanOpen, onPlan }: Props): ReactNode {
  const { jobId } = solve;
  const job = useQuery(api.jobs.get.queryOptions({ input: { id: jobId ?? '' }, enabled: jobId !== null })).data;
  useLive(jobId === null ? [] : [`job:${jobId}`]);
  if (solve.status !== 'waiting_for_input' || job === undefined) return null;
  if (job.status !== 'waiting_for_input' || job.questions === null) return null;
  // Another question is another form: what was typed for one does not answer the next.
  return (
    <Waiting
      key={job.questions.map(({ id, text }) => `${id} ${text}`).join(' ')}
      job={job}
      questions={job.questions}
      solve={solve}
      isPlanOpen={isPlanOpen}
      onPlan={onPlan}
    />
  );
}

function Waiting({ job, questions, ...props }: Props & { job: Job; questions: readonly Question[] }): ReactNode {
  const refusal = useJobRefusal(job);
  const gate = gateOf(questions);
  return (
    <section className="solve-gate" aria-label="The solve waits for you">
      {gate === null ? (
        <>
          {/* A budget has one question, which says all there is. */}
          {questions.every(({ text }) => text !== props.solve.reason) && <Head text={props.solve.reason} />}
          <JobQuestions jobId={job.id} questions={questions} isAllowed={refusal === null} />
        </>
      ) : (
        <GateForm {...props} jobId={job.id} gate={gate} isAllowed={refusal === null} />
      )}
      {typeof refusal === 'string' && <p className="muted">{refusal}</p>}
    </section>
  );
}

function Head({ text, children }: { text: string; children?: ReactNode }): ReactNode {
  return (
    <p className="row">
      <CirclePause size={15} className="solve-gate-icon" aria-hidden="true" />
      <strong className="grow">{text}</strong>
      {children}
    </p>
  );
}

interface FormProps extends Props {
  jobId: string;
  gate: Gate;
  isAllowed: boolean;
}

function GateForm({ jobId, gate, isAllowed, solve, isPlanOpen, onPlan }: FormProps): ReactNode {
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const respond = useMutation(
    api.jobs.respond.mutationOptions({ onSuccess: () => queries.invalidateQueries({ queryKey: api.jobs.key() }) }),
  );
  const typed = note.trim();
  const send = (value: string) => {
    const answers: Answer[] = [{ questionId: gate.question.id, answer: value }];
    if (gate.note !== null && typed !== '') answers.push({ questionId: gate.note.id, answer: typed });
    respond.mutate({ id: jobId, answers });
  };
  const isAtPlan = solve.stage === 'architect' && solve.plan !== null;
  return (
    <>
      <Head text={gate.question.text}>
        {isAtPlan && (
          <Button variant="subtle" color="gray" onClick={onPlan}>
            Look at the plan
          </Button>
        )}
      </Head>
      {gate.question.why !== undefined && <p className="muted">{gate.question.why}</p>}
      {isAllowed && (
        <>
          {gate.note !== null && (
            <Textarea
              label={gate.note.text}
              description={gate.note.why}
              autosize
              minRows={1}
              maxRows={8}
              maxLength={10_000}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
          {respond.isError && <ErrorLine error={respond.error} />}
          <div className="row solve-gate-answers">
            {gate.answers.map(({ value, label, needsNote, isFirst }) => {
              const missing =
                isFirst && isPlanOpen
                  ? 'Save the plan that you change, or leave it as it was, first'
                  : needsNote && typed === ''
                    ? 'Write what should be otherwise first'
                    : undefined;
              return (
                <Button
                  key={value}
                  variant={isFirst ? 'filled' : 'default'}
                  disabled={missing !== undefined || respond.isPending}
                  loading={respond.isPending && respond.variables.answers[0]?.answer === value}
                  title={missing}
                  onClick={() => send(value)}
                >
                  {label}
                </Button>
              );
            })}
          </div>
        </>
      )}
    </>
  );
}
