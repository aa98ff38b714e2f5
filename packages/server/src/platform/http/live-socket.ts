import websocket from '@fastify/websocket';
import { liveRoutes, socketCloseCodes } from '@yudai/contract';
import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import { requireOwnOrigin } from '#platform/http/guards.ts';
import { contextOf, requirePerson } from '#platform/http/identity.ts';
import type { LiveDoorOptions } from '#platform/http/live-sse.ts';
import { openSocketSession } from '#platform/http/socket-session.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who opened the socket, settled before the upgrade. */
    socketContext: Context | undefined;
  }
}

/** Messages of a client are short; anything longer is a mistake or an attack. */
const maximumMessageBytes = 64 * 1024;
const closeGraceMs = 2000;

/** `liveRoutes.socket`: the live feed of any number of topics on one socket. Who asks is settled before the upgrade. */
export async function addLiveSocket(app: FastifyInstance, options: LiveDoorOptions): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload: maximumMessageBytes, perMessageDeflate: false },
    // The hook below says goodbye with a code; the plugin's own would not.
    preClose: (done) => done(),
  });
  app.addHook('preClose', () => closeAll(app.websocketServer.clients));
  app.decorateRequest('socketContext', undefined);

  app.route({
    method: 'GET',
    url: liveRoutes.socket.path,
    exposeHeadRoute: false,
    handler: () => {
      throw new AppError('bad_request', 'Ask for a WebSocket here: send an Upgrade header.');
    },
    preValidation: async (request, reply) => {
      request.operation = 'live.socket';
      requireOwnOrigin(request, options.config);
      if (!request.ws) return;
      const asked = await contextOf(request, reply, options.identify);
      requirePerson(asked);
      const { actor, requestId } = asked;
      const closed = new AbortController();
      const ctx: Context = { actor, requestId, signal: closed.signal };
      const release = options.connections.open(ctx, 'socket');
      // The place is given back with the connection, whether or not the upgrade comes to be.
      request.raw.socket.once('close', () => {
        release();
        closed.abort();
      });
      request.socketContext = ctx;
    },
    wsHandler: (socket, request) => {
      if (request.socketContext === undefined) return socket.terminate();
      return openSocketSession(socket, request.socketContext, request, options);
    },
  });
}

/** Says goodbye to everybody, and cuts those that do not answer in time. */
async function closeAll(sockets: ReadonlySet<WebSocket>): Promise<void> {
  const closing = [...sockets].map(
    (socket) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(() => socket.terminate(), closeGraceMs);
        socket.once('close', () => {
          clearTimeout(timer);
          resolve();
        });
        socket.close(socketCloseCodes.goingAway, 'the server stops: resume from the last seq you saw');
      }),
  );
  await Promise.all(closing);
}
