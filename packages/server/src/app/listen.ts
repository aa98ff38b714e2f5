import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { AppError } from '#kernel/app-error.ts';
import type { Config } from '#platform/config/index.ts';
import type { Database } from '#platform/db/index.ts';

/** Opens the port, and says in the data directory where this server answers, for the command line. Returns the URL. */
export async function listen(http: FastifyInstance, config: Config, database: Database): Promise<string> {
  const { host, port } = config.http;
  try {
    await http.listen({ host, port });
  } catch (error) {
    throw toListenError(error, host, port);
  }
  const address = http.server.address();
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${isInternet(address) ? address.port : port}`;
  await database.lock?.publish(url);
  return url;
}

function isInternet(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

function toListenError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    const message = `Port ${port} is taken by another program. Stop it, or choose another port with --port.`;
    return new AppError('conflict', message, { cause: error });
  }
  if (code === 'EACCES') {
    return new AppError('forbidden', `Port ${port} may not be opened. Choose one above 1023 with --port.`, {
      cause: error,
    });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new AppError('bad_request', `This machine has no address ${host}. Check YUDAI_HOST.`, { cause: error });
  }
  return error;
}
