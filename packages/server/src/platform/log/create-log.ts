import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Writable } from 'node:stream';
import { type Logger, multistream, pino, type StreamEntry } from 'pino';
import { createStream } from 'rotating-file-stream';
import type { Config } from '#platform/config/index.ts';
import { logFields } from '#platform/log/log-fields.ts';
import { scrubSecrets } from '#platform/log/scrub.ts';

export type Log = Logger;

export interface LogOptions {
  readonly level: Config['log']['level'];
  readonly file: string | null;
  readonly format: Config['log']['format'];
  /** Replaces standard error, for tests. */
  readonly write?: (line: string) => void;
}

const secretFields = [
  'token',
  'accessToken',
  'refreshToken',
  'password',
  'secret',
  'apiKey',
  'authorization',
  'cookie',
  'key',
];
const redactedPaths = [
  // pino's `*` stands for exactly one level: the top level needs its own entry.
  ...secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
  ...['set-cookie', 'proxy-authorization', 'x-api-key'].flatMap((field) => [`["${field}"]`, `*["${field}"]`]),
];

/**
 * The log: one JSON object a line on standard error (pretty in a terminal) and, if asked, in five files of 10 MB. Fields with
 * secret names are redacted; anything that looks like a secret is taken out of the finished line.
 */
export async function createLog(options: LogOptions): Promise<Log> {
  const streams: StreamEntry[] = [{ level: 'trace', stream: await firstStream(options) }];
  if (options.file !== null) streams.push({ level: 'trace', stream: rotatingFile(options.file) });
  return pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedPaths, censor: '[redacted]' },
      serializers: { err: toLoggedError, error: toLoggedError },
      mixin: logFields,
      hooks: { streamWrite: (line) => tameControls(scrubSecrets(line)) },
    },
    multistream(streams),
  );
}

/** A log that writes nothing, for tests and tools. */
export function silentLog(): Log {
  return pino({ level: 'silent' });
}

async function firstStream({ format, write }: LogOptions): Promise<StreamEntry['stream']> {
  if (write !== undefined && format !== 'pretty') return { write };
  if (format === 'pretty' || (format === 'auto' && process.stderr.isTTY)) {
    const { default: pretty } = await import('pino-pretty');
    return pretty({
      destination: write === undefined ? 2 : toSink(write),
      sync: true,
      ignore: 'pid',
      translateTime: 'HH:MM:ss.l',
      colorize: process.stderr.isTTY,
    });
  }
  return pino.destination({ fd: 2, sync: true });
}

function toSink(write: (line: string) => void): Writable {
  return new Writable({
    write(line, _encoding, done) {
      write(String(line));
      done();
    },
  });
}

/**
 * What moves a terminal's cursor, turns text around or ends a line must not come from a caller: in JSON it is written as an escape,
 * and an escape of it, which the pretty form would turn back, as a replacement character. Line breaks of stacks stay.
 */
function tameControls(line: string): string {
  return line
    .replaceAll(/\\u00(?:0[0-8bcef]|1[0-9a-f]|7f)|\\[bf]/g, (escape, at: number) =>
      isEscaped(line, at) ? escape : '\ufffd',
    )
    .replaceAll(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** True when the backslash at this place is itself a character, by the one before it. */
function isEscaped(line: string, at: number): boolean {
  let before = 0;
  while (line[at - 1 - before] === '\\') before += 1;
  return before % 2 === 1;
}

function rotatingFile(file: string): StreamEntry['stream'] {
  mkdirSync(dirname(file), { recursive: true });
  const stream = createStream(basename(file), { path: dirname(file), size: '10M', maxFiles: 4 });
  // A full disk must not take the server down: standard error still has the line.
  stream.on('error', () => undefined);
  return stream;
}

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/** Only the parts of an error that name what broke: drivers hang rows and parameters on theirs. */
function toLoggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutParameters(String(error)) };
  return {
    type: error.name,
    message: withoutParameters(error.message),
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(error.stack === undefined ? {} : { stack: withoutParameters(error.stack) }),
    ...(error.cause !== undefined && depth < 4 ? { cause: toLoggedError(error.cause, depth + 1) } : {}),
  };
}

function withoutParameters(text: string): string {
  return text.replace(/\nparams: [\s\S]*?(?=\n {4}at |$)/g, '\nparams: left out');
}
