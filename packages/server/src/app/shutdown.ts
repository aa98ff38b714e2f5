import type { App } from './create-app.ts';

const patienceMs = 25_000;

/**
 * Drains on the first SIGTERM or SIGINT and resolves when everything is closed; a second signal ends the process at once. What does
 * not end in 25 seconds is left to recovery, which has to cope with kill -9 anyway.
 */
export async function drainOnSignal(app: App): Promise<void> {
  const signal = await firstSignal();
  app.log.info({ signal }, 'draining');
  const impatient = () => process.exit(130);
  process.once('SIGINT', impatient);
  process.once('SIGTERM', impatient);
  const timer = setTimeout(() => {
    app.log.error({ patienceMs }, 'draining took too long');
    process.exit(1);
  }, patienceMs);
  await app.close();
  clearTimeout(timer);
  process.off('SIGINT', impatient);
  process.off('SIGTERM', impatient);
  app.log.info('stopped');
}

function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const signals = ['SIGTERM', 'SIGINT'] as const;
    const received = (signal: NodeJS.Signals) => {
      for (const other of signals) process.off(other, received);
      resolve(signal);
    };
    for (const signal of signals) process.on(signal, received);
  });
}
