import { createMcpHandler } from '@modelcontextprotocol/server';
import { createServer, type ServerOptions } from '#create-server.ts';

/** Answers MCP over HTTP, one request at a time: nothing is kept between two of them. */
export type Door = (request: Request, body: unknown) => Promise<Response>;

/** `optionsFor` says who a request is from; what it throws is told to `onError` and answered as a failure of the server. */
export function createDoor(optionsFor: (request: Request) => ServerOptions, onError: (error: Error) => void): Door {
  const handler = createMcpHandler(
    ({ requestInfo }) => {
      if (requestInfo === undefined) throw new Error('A request over HTTP has no request.');
      return createServer(optionsFor(requestInfo));
    },
    { onerror: onError, maxSubscriptions: 0 },
  );
  return (request, body) => handler.fetch(request, { parsedBody: body });
}
