import type { Health } from '@yudai/contract';
import type { Clock } from '#kernel/clock.ts';

/** Something that Yudai needs. `probe` answers with a detail, or throws; `essential` ones make the server unready. */
export interface Dependency {
  readonly name: string;
  readonly essential: boolean;
  readonly probe: (signal: AbortSignal) => Promise<string>;
}

const probeLimitMs = 1000;

/** Probes everything at once, each for at most a second. Details are ours: a driver's words stay in the log. */
export function createHealthCheck(deps: {
  readonly version: string;
  readonly clock: Clock;
  readonly dependencies: readonly Dependency[];
  readonly onFailure: (name: string, error: unknown) => void;
}): () => Promise<Health> {
  const startedAt = deps.clock.now().getTime();
  return async () => {
    const checks = await Promise.all(deps.dependencies.map((dependency) => probe(dependency, deps.onFailure)));
    const worst = ['down', 'degraded'].find((status) => checks.some((check) => check.status === status));
    return {
      status: worst === 'down' || worst === 'degraded' ? worst : 'ok',
      version: deps.version,
      uptimeSeconds: Math.round((deps.clock.now().getTime() - startedAt) / 1000),
      checks,
    };
  };
}

async function probe(
  { name, essential, probe: look }: Dependency,
  onFailure: (name: string, error: unknown) => void,
): Promise<Health['checks'][number]> {
  const startedAt = performance.now();
  const signal = AbortSignal.timeout(probeLimitMs);
  const inTime = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${probeLimitMs} ms`)));
  });
  try {
    const detail = await Promise.race([look(signal), inTime]);
    return { name, status: 'ok', detail, ms: Math.round(performance.now() - startedAt) };
  } catch (error) {
    onFailure(name, error);
    const detail = signal.aborted ? 'It did not answer within a second.' : 'It does not answer.';
    return { name, status: essential ? 'down' : 'degraded', detail, ms: null };
  }
}
