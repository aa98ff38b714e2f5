import type { Id, Job } from '@yudai/contract';
import { askQuestions } from '#commands/answer-questions.ts';
import { watchOrCancel } from '#commands/index-repository.ts';
import { CliError, type ExitCode, exitCodes } from '#exit-codes.ts';
import type { Session } from '#run-command.ts';

/**
 * Follows a job to its end and asks the person what it wants to know. Throws what it failed with, `cancelled` when it was stopped, and
 * `bad_request` with how to answer when it asks and nobody is there.
 */
export async function followWork(session: Session, job: Job): Promise<Job> {
  const { connection, terminal } = session;
  for (let current = job; ;) {
    const seen = await watchOrCancel(session, current);
    if (seen.status === 'completed') return seen;
    if (seen.status === 'waiting_for_input' && seen.questions !== null) {
      requireSomebody(session, seen.id);
      const answers = await askQuestions(seen.questions, terminal);
      current = await connection.client.jobs.respond({ id: seen.id, answers }, { signal: terminal.signal });
      continue;
    }
    if (seen.status === 'cancelled') throw new CliError('cancelled', 'It was cancelled.');
    throw new CliError(seen.error?.code ?? 'internal', seen.error?.message ?? 'It failed; no reason was given.');
  }
}

function requireSomebody({ terminal }: Session, id: Id<'job'>): void {
  if (terminal.stdin.isTTY === true) return;
  throw new CliError('bad_request', `It asks before it goes on. \`yudai jobs answer ${id}\` shows what, and answers.`);
}

/** 0 for a score of at least this, else 1, for scripts that judge. */
export function exitCodeOfScore(score: number, least: number): ExitCode {
  return score >= least ? exitCodes.ok : exitCodes.failed;
}
