import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Id } from '@yudai/contract';
import { Hand, KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import { useLive } from '#lib/live/live-provider.tsx';

/** What stands between a question and its answer: no model, or a turn that waits for a person. */
export function TurnNotice(props: { jobId: Id<'job'> | null; missingModel: string | null }): ReactNode {
  const { jobId, missingModel } = props;
  useLive(jobId === null ? [] : [`job:${jobId}`]);
  const job = useQuery({ ...api.jobs.get.queryOptions({ input: { id: jobId ?? '' } }), enabled: jobId !== null }).data;
  const isWaiting = jobId !== null && job?.status === 'waiting_for_input';
  return (
    <>
      {missingModel !== null && (
        <p className="chat-notice" role="note">
          <KeyRound size={13} aria-hidden="true" />
          <span>No model is set up, so nothing can be answered. {missingModel}</span>
        </p>
      )}
      {isWaiting && (
        <p className="chat-notice" role="status">
          <Hand size={13} aria-hidden="true" />
          <span className="grow">The answer waits for a decision.</span>
          <Link {...links.jobs({ job: jobId })} className="chip">
            Decide
          </Link>
        </p>
      )}
    </>
  );
}
