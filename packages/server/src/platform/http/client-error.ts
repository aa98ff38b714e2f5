import type { Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import { type ErrorCode, errorStatuses } from '@yudai/contract';

/** Answers what Node could not read as HTTP at all, with the same error body as everything else. */
export function answerClientError(error: Error, socket: Socket): void {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const requestId = randomUUID();
  const failure = failureOf(code);
  const body = JSON.stringify({ error: { ...failure, requestId } });
  const head = [
    `HTTP/1.1 ${code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : statusLine(failure.code)}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  // Not only ended: a caller that has said nothing would keep its half, and the file descriptor with it.
  socket.destroySoon();
}

function failureOf(code: unknown): { code: ErrorCode; message: string } {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'timeout', message: 'The request did not arrive in time.' };
    case 'HPE_HEADER_OVERFLOW':
      return { code: 'bad_request', message: 'The headers of this request are too large.' };
    default:
      return { code: 'bad_request', message: 'This is not a valid HTTP request.' };
  }
}

function statusLine(code: ErrorCode): string {
  return code === 'timeout' ? '408 Request Timeout' : `${errorStatuses[code]} Bad Request`;
}
