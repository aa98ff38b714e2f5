import { z } from 'zod';
import type { Clock } from '#kernel/clock.ts';
import type { GitHubClient } from './client.ts';

const answer = z.object({ resources: z.object({ core: z.object({ limit: z.number() }) }) });
const goodForMs = 60_000;
const badForMs = 10_000;

/** Whether GitHub answers, for health: asked at most once a minute while it does, with a request that no limit counts. */
export function createProbe(deps: { readonly client: GitHubClient; readonly clock: Clock }) {
  let last: { readonly until: number; readonly outcome: Promise<string> } | null = null;

  async function ask(signal: AbortSignal): Promise<string> {
    await deps.client.request({ key: 'health', token: undefined }, { route: 'GET /rate_limit', answer, signal });
    return `${new URL(deps.client.url).host} answers`;
  }

  return async (signal: AbortSignal): Promise<string> => {
    const now = deps.clock.now().getTime();
    if (last !== null && now < last.until) return last.outcome;
    const outcome = ask(signal);
    // Until it is known better; who asks meanwhile waits for the same answer.
    last = { until: now + badForMs, outcome };
    const detail = await outcome;
    last = { until: now + goodForMs, outcome };
    return detail;
  };
}
