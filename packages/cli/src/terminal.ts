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

/**
 * The process's own terminal. Ctrl+C is only held back for a command that asks for `signal`, so that it can tidy up; the second one
 * ends the process at once. Everything else, a starting server included, may end at any moment.
 */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  let signal: AbortSignal | undefined;
  return {
    stdin,
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    get signal() {
      return (signal ??= interruptSignal());
    },
  };
}

function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort(name));
  return controller.signal;
}
