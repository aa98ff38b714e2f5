import { CheckoutError } from '#checkout/checkout-error.ts';
import { type GitProcess, killGroup, startGit } from '#checkout/run-git.ts';

export interface BlobReader extends AsyncDisposable {
  /**
   * The bytes of a blob. Reads may run at the same time; they are answered in order.
   * Throws `broken_repository` when it is not here, `too_large` when it is over the reader's guard.
   */
  read(blob: string): Promise<Buffer>;
  close(): Promise<void>;
}

interface Pending {
  readonly blob: string;
  readonly resolve: (content: Buffer) => void;
  readonly reject: (error: Error) => void;
}

const defaultMaxBytes = 32 * 1024 * 1024;

/** Asked of git at once; more wait here, so that neither pipe fills up. */
const asked = 32;

/** Opens a reader on our repository: one git process for any number of blobs, started again should it die. */
export function openBlobReader(gitDir: string, options: { readonly maxBytes?: number } = {}): BlobReader {
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const waiting: Pending[] = [];
  let current: Conversation | null = null;
  let isClosed = false;

  const feed = () => {
    if (waiting.length === 0 || isClosed) return;
    current ??= startConversation(
      gitDir,
      maxBytes,
      (unanswered) => {
        current = null;
        waiting.unshift(...unanswered);
        feed();
      },
      feed,
    );
    const room = asked - current.open;
    if (room > 0) current.ask(waiting.splice(0, room));
  };

  const close = async () => {
    isClosed = true;
    await current?.end();
    for (const pending of waiting.splice(0)) pending.reject(closedError());
  };

  return {
    read(blob) {
      if (isClosed) return Promise.reject(closedError());
      // Anything else could be a command, or an option, to git.
      if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(blob)) return Promise.reject(missingError(blob));
      return new Promise((resolve, reject) => {
        // What is asked for together goes to git in one write.
        if (waiting.length === 0) queueMicrotask(feed);
        waiting.push({ blob, resolve, reject });
      });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Conversation {
  readonly open: number;
  ask(pending: readonly Pending[]): void;
  end(): Promise<void>;
}

/** One `git cat-file --batch`: each question is answered by a head line, the content and a newline. */
function startConversation(
  gitDir: string,
  maxBytes: number,
  onEnd: (unanswered: readonly Pending[]) => void,
  onAnswer: () => void,
): Conversation {
  const git: GitProcess = startGit({ gitDir, args: ['cat-file', '--batch'] });
  const questions: Pending[] = [];
  let head: Buffer = Buffer.alloc(0);
  let answer: Answer | null = null;

  const finish = (settle: (pending: Pending) => void) => {
    answer = null;
    const pending = questions.shift();
    if (pending !== undefined) settle(pending);
    onAnswer();
  };

  const readHead = (bytes: Buffer): Buffer => {
    const end = bytes.indexOf(0x0a);
    if (end === -1) {
      head = Buffer.concat([head, bytes]);
      return Buffer.alloc(0);
    }
    const line = Buffer.concat([head, bytes.subarray(0, end)]).toString('latin1');
    head = Buffer.alloc(0);
    const size = / blob (\d+)$/.exec(line)?.[1] ?? / (?:tree|commit|tag) (\d+)$/.exec(line)?.[1];
    if (size === undefined) finish((pending) => pending.reject(missingError(pending.blob)));
    else
      answer = {
        size: Number(size),
        isKept: Number(size) <= maxBytes && / blob \d+$/.test(line),
        received: 0,
        chunks: [],
      };
    return bytes.subarray(end + 1);
  };

  const readContent = (bytes: Buffer, { size, isKept, received, chunks }: Answer): Buffer => {
    const left = size - received;
    const part = bytes.subarray(0, left);
    if (isKept) chunks.push(part);
    // The newline after the content.
    if (bytes.length <= left) {
      answer = { size, isKept, received: received + part.length, chunks };
      return Buffer.alloc(0);
    }
    finish((pending) => {
      if (isKept) pending.resolve(Buffer.concat(chunks));
      else pending.reject(tooLargeError(pending.blob, size, maxBytes));
    });
    return bytes.subarray(left + 1);
  };

  git.stdout.on('data', (chunk: Buffer) => {
    let rest = chunk;
    while (rest.length > 0) rest = answer === null ? readHead(rest) : readContent(rest, answer);
  });
  git.stderr.resume();
  git.stdin.on('error', () => {
    // git has died: its end rejects what was asked.
  });
  const ended = git.ended.then(() => {
    // It dies of the blob it is at; the others are asked for again.
    const [deadly, ...others] = questions.splice(0);
    deadly?.reject(missingError(deadly.blob));
    onEnd(others);
  });
  return {
    get open() {
      return questions.length;
    },
    ask(pending) {
      questions.push(...pending);
      // One write, because each is a call of the system.
      git.stdin.write(pending.map(({ blob }) => `${blob}\n`).join(''));
    },
    async end() {
      git.stdin.end();
      killGroup(git);
      await ended;
    },
  };
}

interface Answer {
  readonly size: number;
  readonly isKept: boolean;
  readonly received: number;
  readonly chunks: Buffer[];
}

function missingError(blob: string): CheckoutError {
  return new CheckoutError('broken_repository', 'The content of this file is not in the repository, or is damaged.', {
    detail: `blob ${blob.slice(0, 64)}`,
  });
}

function tooLargeError(blob: string, size: number, maxBytes: number): CheckoutError {
  return new CheckoutError('too_large', `This file has ${size} bytes; at most ${maxBytes} are read.`, {
    detail: `blob ${blob}`,
  });
}

function closedError(): CheckoutError {
  return new CheckoutError('cancelled', 'The reader was closed.');
}
