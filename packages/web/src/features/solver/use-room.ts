import { useQueryClient } from '@tanstack/react-query';
import type { SolveEvidence } from '@yudai/contract';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { RoomStore } from '#features/solver/room-store.ts';
import { api, client } from '#lib/client.ts';
import { useLiveFeed } from '#lib/live/live-provider.tsx';

/** Several edits in a row are one look at the diff. */
const quietMs = 500;
/** Pages of records; a solve that has more shows its first ones. */
const mostPages = 10;

interface Place {
  readonly projectId: string;
  readonly id: string;
}

/** One solve, kept up to date while the component is shown. */
export function useRoom({ projectId, id }: Place) {
  const queries = useQueryClient();
  const store = useMemo(
    () =>
      new RoomStore({
        read: () => readRoom({ projectId, id }),
        soon: (run) => void requestAnimationFrame(run),
        later: (run) => void setTimeout(run, 1000),
      }),
    [projectId, id],
  );
  const view = useSyncExternalStore(store.watch, store.view);
  useEffect(() => void store.read(), [store]);
  const isReady = view.state === 'ready';
  useLiveFeed(isReady ? { topic: `solve:${id}`, after: view.shown.seq } : null, {
    onEvent: (event) => store.take(event),
    onResync: () => void store.read(),
  });
  useLiveFeed(
    { topic: `project:${projectId}` },
    {
      onEvent: (event) => {
        if (event.type === 'job_update') store.takeJob(event.data);
      },
      onResync: () => void store.read(),
    },
  );
  const changes = isReady ? view.shown.changes : 0;
  useEffect(() => {
    if (changes === 0) return;
    const timer = setTimeout(
      () => void queries.invalidateQueries({ queryKey: api.solver.diff.key({ input: { id } }) }),
      quietMs,
    );
    return () => clearTimeout(timer);
  }, [changes, queries, id]);
  return { view, store };
}

/** The solve itself is read last: what is newer than the place in the feed is only told once more. */
async function readRoom(place: Place) {
  const { stages, live } = await client.solver.transcripts(place);
  const [solve, evidence] = await Promise.all([client.solver.get(place), readEvidence(place)]);
  return { solve, stages, evidence, live };
}

async function readEvidence(place: Place): Promise<SolveEvidence[]> {
  const found: SolveEvidence[] = [];
  let cursor: string | null | undefined;
  for (let page = 0; page < mostPages && cursor !== null; page += 1) {
    const read = await client.solver.evidence({ ...place, limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...read.items);
    cursor = read.nextCursor;
  }
  return found;
}
