import type { Readable } from 'node:stream';
import type { FastifyInstance, InjectOptions } from 'fastify';

/**
 * Answers a fetch request inside this process, through everything that a request from the network meets. Streams stream, and end
 * when the request's signal aborts or the body is cancelled.
 */
export function fetchInProcess(http: FastifyInstance): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    const response = await http.inject({
      method: toMethod(request.method),
      url: `${url.pathname}${url.search}`,
      headers: { ...Object.fromEntries(request.headers), host: url.host },
      ...(request.body === null ? {} : { payload: Buffer.from(await request.arrayBuffer()) }),
      payloadAsStream: true,
      signal: request.signal,
    });
    const stream = response.stream();
    request.signal.addEventListener('abort', () => stream.destroy(), { once: true });
    return new Response(hasBody(request, response.statusCode) ? toBody(stream) : null, {
      status: response.statusCode,
      headers: toHeaders(response.headers),
    });
  };
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
