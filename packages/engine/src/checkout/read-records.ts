import { CheckoutError } from '#checkout/checkout-error.ts';
import { type GitRun, abortReason, gitFailed, gitMissing, killGroup, startGit } from '#checkout/run-git.ts';

/** A single record longer than this is not a path or a commit message any more. */
const maxRecordBytes = 16 * 1024 * 1024;

/**
 * Streams what git prints, cut at NUL bytes. Git waits while the reader is busy and is killed when the reader stops early.
 * Throws `broken_repository`, `cancelled`, `git_missing`.
 */
export async function* readRecords(run: GitRun): AsyncIterable<Buffer> {
  if (run.signal?.aborted) throw abortReason(run.signal);
  const git = startGit(run);
  const stop = () => killGroup(git);
  run.signal?.addEventListener('abort', stop, { once: true });
  let stderr = '';
  git.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString('utf8')).slice(-4096)));
  git.stdin.on('error', () => {
    // git did not wait for its input.
  });
  git.stdin.end(run.input ?? '');
  let isOver = false;
  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of git.stdout) {
      const bytes = rest.length === 0 ? toBuffer(chunk) : Buffer.concat([rest, toBuffer(chunk)]);
      let start = 0;
      for (let end = bytes.indexOf(0); end !== -1; end = bytes.indexOf(0, start)) {
        yield bytes.subarray(start, end);
        start = end + 1;
      }
      rest = bytes.subarray(start);
      if (rest.length > maxRecordBytes)
        throw new CheckoutError('broken_repository', 'This repository holds a name of over 16 MB.');
    }
    const result = await git.ended;
    isOver = true;
    if (isAborted(run)) throw abortReason(run.signal);
    if (result.failure?.code === 'ENOENT') throw gitMissing(result.failure);
    if (result.exitCode !== 0) throw gitFailed(run, { exitCode: result.exitCode ?? 128, stderr });
    if (rest.length > 0) yield rest;
  } catch (error) {
    throw isAborted(run) ? abortReason(run.signal) : error;
  } finally {
    run.signal?.removeEventListener('abort', stop);
    if (!isOver) stop();
  }
}

function toBuffer(chunk: unknown): Buffer {
  return chunk instanceof Uint8Array
    ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    : Buffer.from(String(chunk));
}

/** A function, because a signal changes between two looks and the compiler believes it does not. */
function isAborted(run: GitRun): run is GitRun & { readonly signal: AbortSignal } {
  return run.signal?.aborted ?? false;
}
