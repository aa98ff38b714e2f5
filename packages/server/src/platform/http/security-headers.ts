import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import type { Config } from '#platform/config/index.ts';

/**
 * The headers of every answer. Without helmet's own list: it would add `upgrade-insecure-requests`, which breaks plain HTTP in
 * a home network. Inline styles are needed by syntax colours, blob workers by the graph layout, wasm by the grammars.
 */
export async function addSecurityHeaders(app: FastifyInstance, config: Config): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        workerSrc: ["'self'", 'blob:'],
        imgSrc: ["'self'", 'data:', 'blob:', ...pictureHosts(config)],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: false,
    originAgentCluster: true,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    xDnsPrefetchControl: { allow: false },
    // Only over https, below: over plain HTTP browsers ignore it, and a name shared with other services must not be pinned.
    strictTransportSecurity: false,
  });
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()');
    if (request.protocol === 'https') void reply.header('strict-transport-security', 'max-age=31536000');
    done();
  });
}

/** Where the pictures of people come from; nowhere else than here while nobody signs in. */
function pictureHosts({ signIn, github }: Config): string[] {
  if (signIn === null) return [];
  const { host, hostname, origin } = new URL(github.url);
  if (hostname === 'github.com') return ['https://avatars.githubusercontent.com'];
  return [origin, `https://avatars.${host}`];
}
