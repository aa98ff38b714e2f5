import { directoryFactsStore, indexSnapshot, unpackFacts } from '../../packages/engine/src/codebase/index.ts';
import { createRankIndexBuilder } from '../../packages/engine/src/codebase/rank/build-index.ts';
import { readFileHistory, type HistoryCommit } from '../../packages/engine/src/codebase/rank/history.ts';
import type { RankIndex } from '../../packages/engine/src/codebase/rank/rank-index.ts';

export interface Indexed {
  readonly index: RankIndex;
  /** Wall time of reading and parsing what was new, and of building the index from facts. */
  readonly parseMs: number;
  readonly buildMs: number;
  readonly parsed: number;
}

/** The rank index of a commit; facts stay in the store, so that the next commit reads only what changed. */
export async function indexCommit(
  gitDir: string,
  commit: string,
  cache: string,
  history: readonly HistoryCommit[],
): Promise<Indexed> {
  const store = directoryFactsStore(`${cache}/facts`);
  const started = performance.now();
  const { entries, summary } = await indexSnapshot({ gitDir, tree: commit, store, workers: 2 });
  const parsedAt = performance.now();

  const byKey = Map.groupBy(
    entries.filter(({ facts }) => facts !== null),
    ({ facts }) => facts ?? '',
  );
  const builder = createRankIndexBuilder();
  const seen = new Set<string>();
  for await (const pack of store.load([...byKey.keys()]))
    for (const facts of unpackFacts(pack)) {
      if (seen.has(facts.key)) continue;
      seen.add(facts.key);
      for (const entry of byKey.get(facts.key) ?? []) builder.add(entry, facts);
    }
  const paths = new Set(entries.map(({ path }) => path));
  const index = builder.finish(await readFileHistory(history, paths));
  return { index, parseMs: parsedAt - started, buildMs: performance.now() - parsedAt, parsed: summary.parsed };
}
