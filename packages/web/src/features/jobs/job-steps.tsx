import { Loader } from '@mantine/core';
import type { JobStep } from '@yudai/contract';
import { Check, CircleSlash, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { elapsedMs } from '#features/jobs/elapsed.ts';
import { formatDuration } from '#lib/format.ts';
import { useNow } from '#lib/use-now.ts';

/** The timeline of a job: what was done, for how long, and what stopped it. */
export function JobSteps(props: { steps: readonly JobStep[] }): ReactNode {
  const now = useNow(1000);
  if (props.steps.length === 0) return <p className="muted">No step has begun.</p>;
  return (
    <ol className="steps">
      {props.steps.map((step) => (
        <li key={`${step.name} ${step.attempt}`}>
          <span className="step-icon" data-status={step.status}>
            <StepIcon status={step.status} />
          </span>
          <span className="grow">
            <span className="step-name">{step.name}</span>
            {step.attempt > 1 && <span className="muted"> attempt {step.attempt}</span>}
            {step.error !== null && <span className="step-error">{step.error.message}</span>}
          </span>
          <span className="mono muted">{formatDuration(elapsedMs(step, now))}</span>
        </li>
      ))}
    </ol>
  );
}

function StepIcon(props: { status: JobStep['status'] }): ReactNode {
  switch (props.status) {
    case 'running':
      return <Loader size={11} aria-label="running" />;
    case 'completed':
      return <Check size={12} aria-label="done" />;
    case 'failed':
      return <X size={12} aria-label="failed" />;
    case 'cancelled':
      return <CircleSlash size={12} aria-label="cancelled" />;
  }
}
