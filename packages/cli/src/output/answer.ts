import { ApiError } from '@yudai/contract/client';
import { CliError, type ExitCode, exitCodeOf, exitCodes } from '#exit-codes.ts';
import { coloured, plain, type Style } from '#output/style.ts';
import { type Terminal, wantsColour } from '#terminal.ts';

const howToSignIn = 'Run `yudai login`, or set YUDAI_KEY to an API key.';

/** What a command found: once for programs (`--json`), once for people. */
export interface Answer {
  readonly data: unknown;
  text(style: Style): string;
  readonly exitCode?: ExitCode;
}

/** Writes an answer to stdout: one JSON document, or text. Resolves when it is written, with the exit code. */
export async function printAnswer(terminal: Terminal, answer: Answer, json: boolean): Promise<ExitCode> {
  const style = wantsColour(terminal.stdout, terminal.env) ? coloured : plain;
  const text = json ? JSON.stringify(answer.data, null, 2) : answer.text(style);
  await writeLine(terminal.stdout, text);
  return answer.exitCode ?? exitCodes.ok;
}

/** Says what went wrong: on stderr for people, as the one document on stdout for programs. */
export async function printFailure(terminal: Terminal, error: unknown, json: boolean): Promise<ExitCode> {
  const failure = toFailure(error);
  if (json) await writeLine(terminal.stdout, JSON.stringify({ error: failure.body }, null, 2));
  else
    await writeLine(
      terminal.stderr,
      formatFailure(failure.body, wantsColour(terminal.stderr, terminal.env) ? coloured : plain),
    );
  return exitCodeOf(failure.body.code);
}

/** The body of an error as `--json` shows it. */
function toFailure(error: unknown) {
  if (error instanceof ApiError) {
    const { code, requestId, data } = error;
    const message = code === 'unauthorized' ? `${error.message} ${howToSignIn}` : error.message;
    return { body: { code, message, requestId, ...(data === undefined ? {} : { details: data }) } };
  }
  if (error instanceof CliError) return { body: { code: error.code, message: error.message } };
  if (isExpectedFailure(error)) return { body: { code: error.code, message: error.message } };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { body: { code: 'internal' as const, message: `Something is broken in Yudai itself: ${stack}` } };
}

/** The server in this process throws its own kind of error while it opens; it is known by its name. */
function isExpectedFailure(error: unknown): error is Error & { code: Parameters<typeof exitCodeOf>[0] } {
  return error instanceof Error && error.name === 'AppError' && 'code' in error;
}

function formatFailure(body: ReturnType<typeof toFailure>['body'], style: Style): string {
  const lines = [`${style('red', 'Error:')} ${body.message}`];
  if ('requestId' in body && body.code === 'internal')
    lines.push(style('dim', `Request ${body.requestId}: the log of the server says more.`));
  return lines.join('\n');
}

function writeLine(stream: Terminal['stdout'], text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text.endsWith('\n') ? text : `${text}\n`, (error) => {
      // The reader (`| head`) has seen enough: that is its right, not a failure.
      if (error && !('code' in error && error.code === 'EPIPE')) reject(error);
      else resolve();
    });
  });
}
