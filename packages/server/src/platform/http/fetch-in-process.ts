import type { Readable } from 'node:stream';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';

/**
 * Answers a fetch request inside this process, through everything that a request from the network meets. Streams stream, and end
 * when the request's signal aborts or the body is cancelled. `remoteAddress` is where it is said to come from; this machine unless told.
 */
export function fetchInProcess(
  http: FastifyInstance,
  remoteAddress = '127.0.0.1',
): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    const injected = http.inject({
      method: toMethod(request.method),
      url: `${url.pathname}${url.search}`,
      headers: { ...Object.fromEntries(request.headers), host: url.host },
      ...(request.body === null ? {} : { payload: Buffer.from(await request.arrayBuffer()) }),
      remoteAddress,
      payloadAsStream: true,
      // Not `signal`: light-my-request turns an abort into an error event of a stream that nobody can listen to yet.
    });
    const response = await untilAborted(injected, request.signal);
    const stream = response.stream();
    // A cut stream tells its reader through the body; an answer without a body has no reader.
    stream.on('error', () => undefined);
    request.signal.addEventListener('abort', () => stream.destroy(), { once: true });
    return new Response(hasBody(request, response.statusCode) ? toBody(stream) : null, {
      status: response.statusCode,
      headers: toHeaders(response.headers),
    });
  };
}

/** Leaves the answer alone when the asker has gone: it is thrown away when it comes. */
function untilAborted(answer: Promise<LightMyRequestResponse>, signal: AbortSignal): Promise<LightMyRequestResponse> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    answer.then(
      (response) => {
        signal.removeEventListener('abort', leave);
        if (signal.aborted) response.stream().destroy();
        resolve(response);
      },
      (error: unknown) => reject(error),
    );
  });
}

function toMethod(method: string): NonNullable<InjectOptions['method']> {
  const known = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
  const found = known.find((name) => name === method);
  if (found === undefined) throw new TypeError(`The method ${method} is not used here.`);
  return found;
}

function hasBody(request: Request, status: number): boolean {
  return request.method !== 'HEAD' && status !== 204 && status !== 304;
}

/** By hand, since Node's own conversion turns the ordinary end of a cut stream into an error. */
function toBody(stream: Readable): ReadableStream<Uint8Array> {
  const chunks = stream[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(new Uint8Array(Buffer.from(value)));
    },
    cancel: () => void stream.destroy(),
  });
}

function toHeaders(headers: Readonly<Record<string, string | string[] | number | undefined>>): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const item of Array.isArray(value) ? value : [value])
      if (item !== undefined) result.append(name, String(item));
  }
  return result;
}
