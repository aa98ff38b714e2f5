import type { FastifyInstance } from 'fastify';
import type { Telemetry } from '#platform/telemetry/index.ts';

/** One line and one measurement for each request. The path is logged without its query, which may hold anything. */
export function addRequestLog(app: FastifyInstance, telemetry: Telemetry): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const status = reply.statusCode;
    const route = request.operation ?? request.routeOptions.url ?? 'unknown';
    telemetry.requestFinished({ method, route, status, seconds: reply.elapsedTime / 1000 });
    const path = request.url.split('?', 1)[0]?.slice(0, 300);
    const level = route.startsWith('health.') || route === 'metrics' ? 'debug' : 'info';
    request.log[level]({ method, path, route, status, ms: Math.round(reply.elapsedTime) }, 'request answered');
    done();
  });
}
