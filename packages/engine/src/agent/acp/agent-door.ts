import type { Duplex } from 'node:stream';
import type { ModelRelay } from '#models/index.ts';
import type { EgressServices } from '#sandbox/index.ts';

/** The two ways between an agent in a box and its host: what it says over ACP, and its model. */
export interface AgentDoor {
  /** For the egress of its box. */
  readonly services: EgressServices;
  /** Resolves when the agent's program has connected. */
  connected(signal: AbortSignal): Promise<Duplex>;
}

/** Where the agent's own words go, as the proxy of the box knows it. */
export const acpTunnel = 'acp.box:1';

/** A door for one agent at a time. */
export function createAgentDoor(relay: Pick<ModelRelay, 'handle'>): AgentDoor {
  let waiting = Promise.withResolvers<Duplex>();
  return {
    services: {
      http: (request, response) => relay.handle(request, response),
      tunnels: {
        [acpTunnel]: (socket) => waiting.resolve(socket),
      },
    },
    async connected(signal) {
      const stop = () => waiting.reject(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      try {
        return await waiting.promise;
      } finally {
        signal.removeEventListener('abort', stop);
        waiting = Promise.withResolvers<Duplex>();
      }
    },
  };
}
