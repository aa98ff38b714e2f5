import type { ChatMessage, Failure, Id, Job } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { tellAgent, tellMessage, tellSession, tellStatistics } from './announce.ts';
import { changeMessage, messageOf, waitingMessages } from './message-store.ts';
import { startWaiting, type TurnDeps } from './start-turn.ts';
import { changeSession, lockSession, seeProfilesOf, sessionIdOfJob, type SessionRow } from './store.ts';
import { countTokens } from './tokens.ts';

/** However a turn ended: its answer says so, and the next message that waits is answered. */
export async function endTurn(deps: TurnDeps, db: Db, job: Job): Promise<void> {
  const session = await sessionOfJob(db, job.id);
  if (session === undefined) return;
  const answer = session.headId === null ? undefined : await messageOf(db, session.id, session.headId);
  let current = session;
  if (answer?.status === 'streaming') {
    const ended = await changeMessage(db, answer.id, { ...statusOf(job), tokens: await countTokens(answer.body) });
    if (ended !== undefined) await tellMessage(deps, db, current, ended, 'updated');
  }
  current = await changeSession(db, session.id, { activeJobId: null, lastActivityAt: deps.clock.now() });
  await tellStatistics(deps, db, current);
  const finishedAt = deps.clock.now().toISOString();
  await tellAgent(deps, db, current, {
    status: job.status === 'failed' ? 'error' : job.status === 'completed' ? 'completed' : 'idle',
    startedAt: job.startedAt,
    finishedAt,
    progress: job.status === 'completed' ? 100 : job.progress,
    error: job.error,
    jobId: job.id,
  });
  const waiting = await waitingMessages(db, session.id);
  if (waiting.length > 0) await startWaiting(deps, db, current, waiting);
  else await tellSession(deps, db, current);
}

async function sessionOfJob(db: Db, jobId: Id<'job'>): Promise<SessionRow | undefined> {
  const id = await sessionIdOfJob(db, jobId);
  const session = id === undefined ? undefined : await lockSession(db, id);
  // Another turn may have begun since, when this job was long thought to be dead.
  if (session?.activeJobId !== jobId) return undefined;
  await seeProfilesOf(db, session.ownerId);
  return session;
}

function statusOf(job: Job): { status: ChatMessage['status']; error?: Failure } {
  if (job.status === 'completed') return { status: 'complete' };
  if (job.status !== 'failed') return { status: 'stopped' };
  return { status: 'failed', error: job.error ?? { code: 'internal', message: 'The answer failed.' } };
}
