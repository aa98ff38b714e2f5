import { spawn } from 'node:child_process';
import type { Config } from '#platform/config/index.ts';
import { openApp } from './open-app.ts';
import { drainOnSignal } from './shutdown.ts';

export interface ServeOptions {
  /** Called once, with the URL, when requests are answered. */
  readonly onReady: (url: string) => void;
  /** Opens the URL in a browser as well. */
  readonly open?: boolean;
}

/** Runs the server until a signal drains it. Throws `AppError` for what a person can act on, such as a taken port. */
export async function serve(config: Config, { onReady, open = false }: ServeOptions): Promise<void> {
  const app = await openApp(config);
  try {
    const url = await app.listen();
    onReady(url);
    const ms = Math.round(performance.now());
    app.log.info({ url, ms, database: app.database.kind, role: config.role }, 'ready');
    if (open) openBrowser(url);
    await drainOnSignal(app);
  } finally {
    await app.close();
  }
}

/** Runs jobs without answering requests, until a signal drains it. */
export async function work(config: Config): Promise<void> {
  const app = await openApp(config);
  app.log.info({ node: config.nodeId }, 'worker ready');
  await drainOnSignal(app);
}

function openBrowser(url: string): void {
  const command = process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open';
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  // A machine without a browser is no failure: the URL is on the screen.
  child.on('error', () => undefined);
  child.unref();
}
