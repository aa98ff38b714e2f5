import { useQueryClient } from '@tanstack/react-query';
import { type LiveEvent, livePath, liveRoutes, type Topic } from '@yudai/contract';
import { createContext, use, useEffect, useEffectEvent, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { applyEvent, resyncTopic } from '#lib/live/apply-event.ts';
import { LiveClient } from '#lib/live/live-client.ts';
import type { LiveSocket, LiveState } from '#lib/live/live-client.ts';

interface Live {
  readonly client: LiveClient;
  readonly state: LiveState;
  readonly listeners: Set<Listener>;
}

/** Hears of the events of one topic. */
interface FeedReader {
  readonly onEvent: (event: LiveEvent) => void;
  /** Events may have been missed: what was read has to be read again. */
  readonly onResync: () => void;
}

interface Listener extends FeedReader {
  readonly topic: string;
}

const LiveContext = createContext<Live | null>(null);

/** Whether something that is shown watches a topic of its own. */
export type IsWatched = (topic: Topic) => boolean;

/** Opens the tab's one live connection and lets its events into the query cache. */
export function LiveProvider(props: {
  children: ReactNode;
  onEvent: (event: LiveEvent, isWatched: IsWatched) => void;
}): ReactNode {
  const { onEvent } = props;
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  const [listeners] = useState(() => new Set<Listener>());
  const client = useMemo(() => {
    const made: LiveClient = new LiveClient({
      connect: openSocket,
      onEvent: (event) => {
        applyEvent(queries, event);
        onEvent(event, (topic) => made.isWatched(topic));
        for (const listener of listeners) if (listener.topic === event.topic) listener.onEvent(event);
      },
      onResync: (topic) => {
        resyncTopic(queries, topic);
        for (const listener of listeners) if (listener.topic === topic) listener.onResync();
      },
      onState: setState,
      random: Math.random,
    });
    return made;
  }, [queries, onEvent, listeners]);
  useEffect(() => {
    const reconnect = () => client.reconnect();
    client.start();
    window.addEventListener('online', reconnect);
    return () => {
      window.removeEventListener('online', reconnect);
      client.stop();
    };
  }, [client]);
  const live = useMemo(() => ({ client, state, listeners }), [client, state, listeners]);
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

/** Reads the feed of a topic from an event on, or from now, while the component is shown and `feed` is not null. A later `after` changes nothing. */
export function useLiveFeed(feed: { readonly topic: Topic; readonly after?: number } | null, reader: FeedReader): void {
  const live = use(LiveContext);
  const client = live?.client;
  const listeners = live?.listeners;
  const topic = feed?.topic;
  const onEvent = useEffectEvent(reader.onEvent);
  const onResync = useEffectEvent(reader.onResync);
  const begin = useEffectEvent(() => feed?.after);
  useEffect(() => {
    if (client === undefined || listeners === undefined || topic === undefined) return;
    const listener: Listener = {
      topic,
      onEvent: (event) => onEvent(event),
      onResync: () => onResync(),
    };
    listeners.add(listener);
    const stop = client.watch(topic, begin());
    return () => {
      stop();
      listeners.delete(listener);
    };
  }, [client, listeners, topic]);
}

export function useLiveState(): LiveState {
  return use(LiveContext)?.state ?? 'connecting';
}

function openSocket(): LiveSocket {
  const url = new URL(livePath(liveRoutes.socket), window.location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  return new WebSocket(url) as LiveSocket;
}
