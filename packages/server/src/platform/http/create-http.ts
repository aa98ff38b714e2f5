import { fileURLToPath } from 'node:url';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import type { AnyRouter } from '@orpc/server';
import { heartbeatSeconds } from '@yudai/contract';
import { fastify, type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Config } from '#platform/config/index.ts';
import { answerErrors, answerUnroutable } from '#platform/http/answer-error.ts';
import { addApi } from '#platform/http/api.ts';
import { answerClientError } from '#platform/http/client-error.ts';
import { addDocs } from '#platform/http/docs.ts';
import { addGuards, isLocalCaller } from '#platform/http/guards.ts';
import { addHealth, addMetrics, type CheckHealth } from '#platform/http/health.ts';
import { createLiveConnections } from '#platform/http/live-connections.ts';
import { addLiveSocket } from '#platform/http/live-socket.ts';
import { limitCallers, limitSignIns } from '#platform/http/limit-callers.ts';
import { addLiveStreams, type LiveDoorOptions } from '#platform/http/live-sse.ts';
import { addMcp } from '#platform/http/mcp.ts';
import { requestIdOf } from '#platform/http/request-id.ts';
import { addRequestLog } from '#platform/http/request-log.ts';
import { addSecurityHeaders } from '#platform/http/security-headers.ts';
import { addWeb } from '#platform/http/web.ts';
import type { Limits } from '#platform/limits/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { Telemetry } from '#platform/telemetry/index.ts';

export interface HttpOptions extends Pick<LiveDoorOptions, 'live' | 'clock' | 'identify' | 'access'> {
  readonly config: Config;
  readonly version: string;
  readonly log: Log;
  readonly telemetry: Telemetry;
  /** The implementation of the whole contract. */
  readonly router: AnyRouter;
  readonly checkHealth: CheckHealth;
  /** Opens the routes of sign-in, which answer with redirects and cookies. */
  readonly addSignIn: (api: FastifyInstance) => Promise<void>;
  /** Opens the doors that GitHub knocks at, which prove themselves by a signature. */
  readonly addWebhooks: (api: FastifyInstance) => void;
  readonly limits: Limits;
  /** Folder of the built web interface. */
  readonly webDist?: string;
  readonly heartbeatMs?: number;
  readonly streamLifetimeMs?: number;
}

/**
 * The HTTP host: guards, then the API, live feed, health, metrics, docs and web interface. Closing it ends streams and sockets so
 * that they can be resumed, finishes the requests that are running, and refuses new ones.
 */
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const { config, log, telemetry } = options;
  const app = openHost(config, log, options.heartbeatMs ?? heartbeatSeconds * 1000);
  const connections = createLiveConnections(config.http.liveConnections);
  telemetry.gauge('yudai_live_connections', 'Open live streams and sockets', () => connections.count());

  app.decorateRequest('operation', undefined);
  app.decorateRequest('tighterLimit', undefined);
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('preClose', async () => connections.drain());
  answerErrors(app);
  addRequestLog(app, telemetry);
  await addSecurityHeaders(app, config);
  await addCors(app, config.http);
  addGuards(app, config.http);
  limitSignIns(app, options.limits);

  const identify = limitCallers(options.identify, options.limits);
  const liveDoor: LiveDoorOptions = {
    ...options,
    identify,
    config: config.http,
    connections,
    ...(options.streamLifetimeMs === undefined ? {} : { lifetimeMs: options.streamLifetimeMs }),
  };
  await app.register(
    async (api) => {
      await addCompression(api);
      addLiveStreams(api, liveDoor);
      await addLiveSocket(api, liveDoor);
      await options.addSignIn(api);
      options.addWebhooks(api);
      if (!config.production) await addDocs(api, options);
      const { requestTimeoutMs, bodyLimit } = config.http;
      addMcp(api, { ...options, host: app, identify, requestTimeoutMs });
      addApi(api, { ...options, identify, requestTimeoutMs, bodyLimit });
    },
    { prefix: '/api' },
  );
  addHealth(app, options.checkHealth, () => connections.draining.aborted);
  addMetrics(app, telemetry, config.http.metricsToken);
  await addWeb(app, options.webDist ?? fileURLToPath(new URL('../../../../web/dist', import.meta.url)));
  return app;
}

function openHost({ http }: Config, log: Log, heartbeatMs: number): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = log;
  const app: FastifyInstance = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestIdOf,
    bodyLimit: http.bodyLimit,
    // A caller that sends its request drop by drop, or nothing, is cut off (slow-loris). Streams have sent theirs.
    requestTimeout: http.arrivalTimeoutMs,
    keepAliveTimeout: 10_000,
    // A caller that takes nothing of its answer is cut off as well; streams beat more often than that.
    connectionTimeout: Math.max(3 * heartbeatMs, http.requestTimeoutMs + http.arrivalTimeoutMs),
    http: {
      maxHeaderSize: 16 * 1024,
      headersTimeout: Math.min(10_000, http.arrivalTimeoutMs),
      connectionsCheckingInterval: Math.min(2000, http.arrivalTimeoutMs / 2),
    },
    routerOptions: { maxParamLength: 300 },
    trustProxy: http.trustedProxies.length === 0 ? false : [...http.trustedProxies],
    // While the server drains, requests on open connections are still answered, each with `connection: close`.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerClientError,
  });
  app.server.maxHeadersCount = 100;
  return app;
}

async function addCors(app: FastifyInstance, http: Config['http']): Promise<void> {
  if (http.corsOrigins.length === 0) return;
  await app.register(cors, {
    origin: [...http.corsOrigins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['content-type', 'authorization', 'x-request-id', 'last-event-id'],
    exposedHeaders: ['x-request-id', 'retry-after'],
    credentials: true,
    maxAge: 600,
  });
}

/** Worth it over a network only: on this machine it would cost time and save nothing. */
async function addCompression(api: FastifyInstance): Promise<void> {
  api.addHook('onRequest', (request, _reply, done) => {
    if (isLocalCaller(request)) request.headers['x-no-compression'] = 'true';
    done();
  });
  await api.register(compress, {
    threshold: 4096,
    encodings: ['gzip'],
    customTypes: /^(application\/json|text\/(?!event-stream))/,
  });
}
