import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

export interface CapturedOutput {
  /** Beginning and end, as text. */
  readonly text: string;
  readonly bytes: number;
}

export interface OutputCapture {
  add(chunk: Buffer): void;
  /** Closes the log and says what there was. */
  finish(): Promise<CapturedOutput>;
}

const headKept = 16 * 1024;
const tailKept = 16 * 1024;

/** Keeps the beginning and the end of what is added in memory, and all of it up to `logLimit` bytes in a file only its owner reads. */
export function createOutputCapture(logPath: string, logLimit: number): OutputCapture {
  const log = createWriteStream(logPath, { flags: 'w', mode: 0o600 });
  // A log that cannot be written must not end the command: what is kept in memory still tells what happened.
  log.on('error', () => {});
  const head: Buffer[] = [];
  let headSize = 0;
  let tail: Buffer = Buffer.alloc(0);
  let bytes = 0;
  return {
    add(chunk) {
      if (bytes < logLimit) log.write(chunk.subarray(0, logLimit - bytes));
      bytes += chunk.length;
      const toHead = chunk.subarray(0, Math.max(0, headKept - headSize));
      if (toHead.length > 0) head.push(toHead);
      headSize += toHead.length;
      tail = lastBytes(tail, chunk.subarray(toHead.length));
    },
    async finish() {
      log.end();
      await finished(log).catch(() => {
        // Said above.
      });
      return { text: joinEnds(Buffer.concat(head), tail, bytes), bytes };
    },
  };
}

function lastBytes(tail: Buffer, chunk: Buffer): Buffer {
  if (chunk.length === 0) return tail;
  if (chunk.length >= tailKept) return Buffer.from(chunk.subarray(chunk.length - tailKept));
  const joined = Buffer.concat([tail, chunk]);
  return joined.subarray(Math.max(0, joined.length - tailKept));
}

function joinEnds(head: Buffer, tail: Buffer, bytes: number): string {
  const left = bytes - head.length - tail.length;
  if (left <= 0) return Buffer.concat([head, tail]).toString('utf8');
  const start = head.subarray(0, wholeCharacters(head)).toString('utf8');
  const end = tail.subarray(firstCharacter(tail)).toString('utf8');
  return `${start}\n… ${left} bytes left out; the log has them …\n${end}`;
}

const isContinuation = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80;

/** The length without a UTF-8 sequence that was cut at the end. */
function wholeCharacters(bytes: Buffer): number {
  let start = bytes.length - 1;
  while (start > 0 && start > bytes.length - 4 && isContinuation(bytes[start])) start -= 1;
  const lead = bytes[start] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return start + length > bytes.length ? start : bytes.length;
}

function firstCharacter(bytes: Buffer): number {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start += 1;
  return start;
}
