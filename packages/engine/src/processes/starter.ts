import { type ChildProcess, fork } from 'node:child_process';
import type { StarterAnswer, StarterOrder } from '#processes/starter-messages.ts';

/** A program to start. */
export interface ToStart {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Ends it, with all of its process group. */
  readonly signal?: AbortSignal | undefined;
  /** Bytes of standard output, after which it is ended. */
  readonly maxOutput: number;
  /** Told what it says on standard error, as it does. */
  readonly onStderr?: ((text: string) => void) | undefined;
}

/** A program that was started, and waits for its input. */
export interface Started {
  /** All of its standard input, at once and once. */
  tell(input: string | Buffer): void;
  /** Rejects when the small process has ended; the program has then too. */
  readonly ended: Promise<Ended>;
}

export interface Ended {
  /** Null when it was ended by a signal. */
  readonly exitCode: number | null;
  /** The one that ended it. */
  readonly signal: NodeJS.Signals | null;
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
  /** Starts a program that is told later what to do. */
  start(request: ToStart): Started;
  /** Runs a program to its end. */
  run(request: ToStart & { readonly input: string | Buffer }): Promise<Ended>;
}

const stderrKept = 64 * 1024;

interface Running {
  /** The small process that it runs below. */
  readonly child: ChildProcess;
  readonly chunks: Buffer[];
  readonly onStderr: ((text: string) => void) | undefined;
  stderr: string;
  readonly done: PromiseWithResolvers<Ended>;
}

/** Gives back its 45 MB when nobody has needed it for so long. */
const standardIdleMs = 60_000;

/**
 * The small process is started with the first program, and ends when it is idle or with this one, however this one ends; what it runs ends
 * with it.
 */
export function createStarter(idleMs = standardIdleMs): Starter {
  let helper: ChildProcess | null = null;
  let nextId = 1;
  let idle: NodeJS.Timeout | undefined;
  const running = new Map<number, Running>();

  function start(): ChildProcess {
    const child = fork(new URL('./starter-worker.mjs', import.meta.url), [], {
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
    else if (answer.kind === 'stderr') {
      one.stderr = (one.stderr + answer.text).slice(-stderrKept);
      one.onStderr?.(answer.text);
    } else {
      const { exitCode, signal, code } = answer;
      const { stderr } = one;
      finish(answer.id, () => one.done.resolve({ exitCode, signal, stdout: Buffer.concat(one.chunks), stderr, code }));
    }
  }

  function lose(child: ChildProcess, error: Error): void {
    if (helper === child) helper = null;
    for (const [id, one] of running) if (one.child === child) finish(id, () => one.done.reject(error));
  }

  function finish(id: number, tell: () => void): void {
    running.delete(id);
    tell();
    if (running.size > 0 || helper === null) return;
    helper.channel?.unref();
    clearTimeout(idle);
    idle = setTimeout(dismiss, idleMs).unref();
  }

  function dismiss(): void {
    clearTimeout(idle);
    const child = helper;
    if (child === null) return;
    lose(child, new Error('The process that starts programs is not needed any more.'));
    if (child.connected) child.disconnect();
  }

  function begin({ signal, onStderr, ...request }: ToStart): Started {
    clearTimeout(idle);
    helper ??= start();
    const child = helper;
    const id = nextId++;
    const one: Running = { child, chunks: [], onStderr, stderr: '', done: Promise.withResolvers() };
    running.set(id, one);
    child.channel?.ref();
    const send = (order: StarterOrder) => child.connected && child.send(order);
    const end = () => send({ kind: 'stop', id });
    send({ kind: 'run', id, ...request });
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted === true) end();
    return {
      tell: (input) => send({ kind: 'input', id, bytes: Buffer.from(input) }),
      ended: one.done.promise.finally(() => signal?.removeEventListener('abort', end)),
    };
  }

  return {
    start: begin,
    async run({ input, ...request }) {
      const started = begin(request);
      started.tell(input);
      return await started.ended;
    },
    async [Symbol.asyncDispose]() {
      dismiss();
    },
  };
}

let shared: Starter | undefined;

/**
 * The one of this process, for everybody in it. State of a module, as hardly anything is: what it saves is a property of the process, and each
 * of its own would cost another 45 MB.
 */
export function sharedStarter(): Starter {
  shared ??= createStarter();
  return shared;
}
