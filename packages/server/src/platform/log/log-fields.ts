import { AsyncLocalStorage } from 'node:async_hooks';

// Follows one request or job through everything it calls, so that each line tells where it comes from (N7).
const current = new AsyncLocalStorage<Readonly<Record<string, string>>>();

/** Runs `work` so that every log line written during it carries these fields, whoever writes it. */
export function withLogFields<T>(fields: Readonly<Record<string, string>>, work: () => T): T {
  return current.run({ ...current.getStore(), ...fields }, work);
}

export function logFields(): Readonly<Record<string, string>> {
  return current.getStore() ?? {};
}
