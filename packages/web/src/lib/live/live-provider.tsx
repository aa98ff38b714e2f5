import { useQueryClient } from '@tanstack/react-query';
import { type LiveEvent, livePath, liveRoutes, type Topic } from '@yudai/contract';
import { createContext, use, useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { applyEvent, resyncTopic } from '#lib/live/apply-event.ts';
import { LiveClient } from '#lib/live/live-client.ts';
import type { LiveSocket, LiveState } from '#lib/live/live-client.ts';

interface Live {
  readonly client: LiveClient;
  readonly state: LiveState;
}

const LiveContext = createContext<Live | null>(null);

/** Opens the tab's one live connection and lets its events into the query cache. */
export function LiveProvider(props: { children: ReactNode; onEvent: (event: LiveEvent) => void }): ReactNode {
  const { onEvent } = props;
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  const client = useMemo(
    () =>
      new LiveClient({
        connect: openSocket,
        onEvent: (event) => {
          applyEvent(queries, event);
          onEvent(event);
        },
        onResync: (topic) => resyncTopic(queries, topic),
        onState: setState,
        random: Math.random,
      }),
    [queries, onEvent],
  );
  useEffect(() => {
    const reconnect = () => client.reconnect();
    client.start();
    window.addEventListener('online', reconnect);
    return () => {
      window.removeEventListener('online', reconnect);
      client.stop();
    };
  }, [client]);
  const live = useMemo(() => ({ client, state }), [client, state]);
  return <LiveContext value={live}>{props.children}</LiveContext>;
}

/** Keeps the cache fresh about these topics while the component is shown. */
export function useLive(topics: readonly string[]): void {
  const live = use(LiveContext);
  const client = live?.client;
  const joined = topics.join(' ');
  useEffect(() => {
    if (client === undefined || joined === '') return;
    const stops = joined.split(' ').map((topic) => client.watch(topic as Topic));
    return () => {
      for (const stop of stops) stop();
    };
  }, [client, joined]);
}

export function useLiveState(): LiveState {
  return use(LiveContext)?.state ?? 'connecting';
}

function openSocket(): LiveSocket {
  const url = new URL(livePath(liveRoutes.socket), window.location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  return new WebSocket(url) as LiveSocket;
}
