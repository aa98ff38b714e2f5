import { type ChildProcess, fork } from 'node:child_process';
import type { StarterAnswer, StarterOrder } from '#processes/starter-messages.ts';

/** A program to run to its end. */
export interface ToStart {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly input: string | Buffer;
  /** Ends it, with all of its process group. */
  readonly signal?: AbortSignal | undefined;
  /** Bytes of standard output, after which it is ended. */
  readonly maxOutput: number;
}

export interface Started {
  /** Null when it was ended by a signal. */
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  /** The end of it. */
  readonly stderr: string;
  /** Why it could not be started, as the system says it: `ENOENT`. */
  readonly code: string | null;
}

/**
 * Starts programs from a small process beside this one. Starting one copies the tables of all the memory of who starts it, and holds it up
 * meanwhile: in a server with an embedded database that is 10 to 20 ms of a processor, here it is one.
 */
export interface Starter extends AsyncDisposable {
  run(request: ToStart): Promise<Started>;
}

interface Running {
  readonly chunks: Buffer[];
  stderr: string;
  readonly done: PromiseWithResolvers<Started>;
}

/** The small process is started with the first program, and ends with this one, however this one ends; what it runs ends with it. */
export function createStarter(): Starter {
  let helper: ChildProcess | null = null;
  let nextId = 1;
  const running = new Map<number, Running>();

  function start(): ChildProcess {
    const child = fork(new URL('./starter-process.ts', import.meta.url), [], {
      cwd: '/',
      env: { PATH: process.env['PATH'] ?? '' },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // A session of its own: nothing typed into the terminal of this process reaches it.
      detached: true,
    });
    child.on('message', (answer: StarterAnswer) => receive(answer));
    child.once('error', (error) => lose(child, error));
    child.once('exit', () => lose(child, new Error('The process that starts programs has ended.')));
    // Nobody waits for it: who waits for a program keeps this process up.
    child.unref();
    child.channel?.unref();
    return child;
  }

  function receive(answer: StarterAnswer): void {
    const one = running.get(answer.id);
    if (one === undefined) return;
    if (answer.kind === 'stdout') one.chunks.push(Buffer.from(answer.bytes));
    else {
      const { exitCode, stderr, code } = answer;
      finish(answer.id, () => one.done.resolve({ exitCode, stdout: Buffer.concat(one.chunks), stderr, code }));
    }
  }

  function lose(child: ChildProcess, error: Error): void {
    if (helper !== child) return;
    helper = null;
    for (const [id, one] of running) finish(id, () => one.done.reject(error));
  }

  function finish(id: number, tell: () => void): void {
    running.delete(id);
    if (running.size === 0) helper?.channel?.unref();
    tell();
  }

  return {
    async run({ signal, input, ...request }) {
      helper ??= start();
      const child = helper;
      const id = nextId++;
      const one: Running = { chunks: [], stderr: '', done: Promise.withResolvers() };
      running.set(id, one);
      child.channel?.ref();
      const stop = () => child.connected && child.send({ kind: 'stop', id } satisfies StarterOrder);
      signal?.addEventListener('abort', stop, { once: true });
      try {
        child.send({ kind: 'run', id, ...request, input: Buffer.from(input) } satisfies StarterOrder);
        if (signal?.aborted === true) stop();
        return await one.done.promise;
      } finally {
        signal?.removeEventListener('abort', stop);
      }
    },
    async [Symbol.asyncDispose]() {
      if (helper?.connected === true) helper.disconnect();
    },
  };
}
