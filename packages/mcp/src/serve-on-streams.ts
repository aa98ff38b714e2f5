import type { Readable, Writable } from 'node:stream';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { createServer, type ServerOptions } from '#create-server.ts';

/** Answers MCP on a pair of streams, until the other side closes its end or the signal aborts. */
export async function serveOnStreams(
  options: ServerOptions,
  streams: { readonly stdin: Readable; readonly stdout: Writable },
  signal: AbortSignal,
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const transport = new StdioServerTransport(streams.stdin, streams.stdout);
  const handle = serveStdio(() => createServer(options), {
    transport,
    onerror: (error) => options.onDefect?.(error),
  });
  for (const event of ['end', 'close'] as const) streams.stdin.once(event, () => ended.resolve());
  signal.addEventListener('abort', () => ended.resolve(), { once: true });
  if (signal.aborted) ended.resolve();
  await ended.promise;
  await handle.close();
}
