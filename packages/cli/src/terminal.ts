import type { Readable, Writable } from 'node:stream';

type Screen = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Everything of the world around a command, so that tests can be that world. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Answers, and nothing else. */
  readonly stdout: Screen;
  /** Progress, hints and logs. */
  readonly stderr: Screen;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted by the first Ctrl+C. */
  readonly signal: AbortSignal;
}

/** Whether this screen may be given colour: a terminal, and nobody said no (https://no-color.org). */
export function wantsColour(screen: Screen, env: Terminal['env']): boolean {
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return screen.isTTY === true && !refused;
}

/** The process's own terminal. The second Ctrl+C ends it at once. */
export function processTerminal(): Terminal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort(signal));
  const { stdin, stdout, stderr, env } = process;
  return { stdin, stdout, stderr, env, cwd: process.cwd(), signal: controller.signal };
}
