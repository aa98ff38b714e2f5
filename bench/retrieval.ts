import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createScoring } from '../packages/engine/src/codebase/rank/scoring.ts';
import { rankFiles, scoreSignals } from '../packages/engine/src/codebase/rank/rank-files.ts';
import { rankRanges } from '../packages/engine/src/codebase/rank/rank-symbols.ts';
import type { RankIndex } from '../packages/engine/src/codebase/rank/rank-index.ts';
import { signals } from '../packages/engine/src/codebase/rank/signals/index.ts';
import { factsVersion } from '../packages/engine/src/codebase/index.ts';
import { openBaselines, type Baselines } from './retrieval/baselines.ts';
import { openHistories } from './retrieval/history.ts';
import { isLite, readInstances, type Instance } from './retrieval/instances.ts';
import { measure, placesOf, row, type Placed } from './retrieval/measures.ts';
import { indexCommit } from './retrieval/snapshot.ts';

// From an issue's text to the files its fix changed: ours beside whole-file BM25 and rare words, over the same candidates.
const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    mirrors: { type: 'string' },
    cache: { type: 'string', default: '.cache/bench' },
    repos: { type: 'string', multiple: true, default: [] },
    sample: { type: 'string', default: '1' },
    lite: { type: 'boolean', default: false },
    baselines: { type: 'boolean', default: false },
    features: { type: 'string' },
  },
});

interface Answered {
  readonly instance: Instance;
  readonly ours: Placed;
  readonly bm25: Placed | null;
  readonly ripgrep: Placed | null;
  readonly queryMs: number;
}

// Asked to end, it says what it knows.
let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stopped = true));

await main();

async function main(): Promise<void> {
  const { data, mirrors, features } = options;
  if (data === undefined || mirrors === undefined)
    throw new Error(
      'usage: node bench/retrieval.ts --data <public.jsonl> --mirrors <directory> [--repos owner/name] [--sample n] [--lite] [--baselines] [--features file]',
    );
  if (features !== undefined) rmSync(features, { force: true });
  const instances = await readInstances(data, {
    repos: options.repos,
    sample: Number(options.sample),
    lite: options.lite,
  });
  const byMirror = Map.groupBy(instances, (instance) => instance.mirror);
  const order = options.repos.length > 0 ? options.repos : [...byMirror.keys()];
  const answered: Answered[] = [];
  for (const mirror of order) {
    const started = performance.now();
    const results = await answerRepository(
      mirror,
      byMirror.get(mirror) ?? [],
      `${mirrors}/${mirror.replace('/', '+')}/repo`,
    );
    answered.push(...results);
    const figures = measure(results.filter(({ instance }) => instance.core).map(({ ours }) => ours));
    console.log(`${row(mirror, figures)}  ${((performance.now() - started) / 1000).toFixed(0)} s`);
    if (stopped) break;
  }
  report(answered);
}

async function answerRepository(mirror: string, instances: readonly Instance[], gitDir: string): Promise<Answered[]> {
  const cache = `${options.cache}/${mirror.replace('/', '+')}`;
  mkdirSync(cache, { recursive: true });
  const histories = openHistories(gitDir, cache, instances.map(({ base_commit }) => base_commit).toSorted());
  const baselines = options.baselines ? openBaselines(gitDir) : null;
  const answered: Answered[] = [];
  for (const instance of instances) {
    if (stopped) break;
    const { index } = await indexCommit(gitDir, instance.base_commit, cache, histories.of(instance.base_commit));
    answered.push(answer(instance, index, baselines));
    if (options.features !== undefined) appendFileSync(options.features, `${featuresOf(instance, index)}\n`);
  }
  return answered;
}

function answer(instance: Instance, index: RankIndex, baselines: Baselines | null): Answered {
  const started = performance.now();
  const ranking = rankFiles(index, instance.query, index.files.length, { accepts: (file) => file < index.groups.code });
  const ranges = rankRanges(ranking, 10);
  const queryMs = performance.now() - started;
  const path = (file: number) => index.files[file]?.path ?? '';
  const gold = new Set(instance.gold_symbols);
  const symbols = ranges.map(
    ({ file, symbol }) => `${path(file)}::${[symbol?.container, symbol?.name].filter(Boolean).join('.')}`,
  );
  const candidates = index.files.slice(0, index.groups.code);
  const placed = (ranked: readonly string[], symbolHit: boolean | null): Placed => ({
    places: placesOf(ranked, instance.gold_files),
    gold: instance.gold_files.length,
    symbolHit,
  });
  return {
    instance,
    ours: placed(
      ranking.files.map(({ file }) => path(file)),
      gold.size === 0 ? null : symbols.some((symbol) => gold.has(symbol)),
    ),
    bm25: baselines === null ? null : placed(baselines.bm25(candidates, instance.query), null),
    ripgrep: baselines === null ? null : placed(baselines.ripgrep(candidates, instance.query), null),
    queryMs,
  };
}

/** The signals of the likeliest 200 files and of the gold ones, for `bench/tune.ts`. */
function featuresOf(instance: Instance, index: RankIndex): string {
  const ranking = rankFiles(index, instance.query, index.files.length, { accepts: (file) => file < index.groups.code });
  const scoring = createScoring(index, ranking.query, index.groups.code);
  const names = signals.map(({ name }) => name);
  const columns = scoreSignals(scoring, signalsAlike());
  const gold = new Set(instance.gold_files);
  const isGold = (file: number) => gold.has(index.files[file]?.path ?? '');
  const kept = ranking.files.map(({ file }) => file).filter((file, place) => place < 200 || isGold(file));
  return JSON.stringify({
    id: instance.id,
    mirror: instance.mirror,
    core: instance.core,
    lite: isLite(instance),
    gold: gold.size,
    names,
    rows: kept.map((file) => [
      isGold(file) ? 1 : 0,
      ...names.map((name) => Number((columns.find(({ signal }) => signal === name)?.values[file] ?? 0).toFixed(4))),
    ]),
  });
}

function signalsAlike(): Parameters<typeof scoreSignals>[1] {
  const alike = Object.fromEntries(signals.map(({ name }) => [name, 1]));
  return alike as Parameters<typeof scoreSignals>[1];
}

function report(answered: readonly Answered[]): void {
  const core = answered.filter(({ instance }) => instance.core);
  console.log(
    `\n${new Date().toISOString().slice(0, 10)}, node ${process.versions.node}, facts version ${factsVersion}, candidates: code that is neither test nor generated`,
  );
  console.log(row('core', measure(core.map(({ ours }) => ours))));
  for (const [language, some] of Map.groupBy(core, ({ instance }) => instance.language))
    console.log(row(`  ${language}`, measure(some.map(({ ours }) => ours))));
  console.log(
    row('SWE-bench Lite', measure(answered.filter(({ instance }) => isLite(instance)).map(({ ours }) => ours))),
  );
  for (const peer of ['bm25', 'ripgrep'] as const) {
    const placed = core.flatMap((one) => one[peer] ?? []);
    if (placed.length > 0)
      console.log(row(peer === 'bm25' ? 'whole-file BM25' : 'rare words (ripgrep)', measure(placed)));
  }
  const times = answered.map(({ queryMs }) => queryMs).toSorted((a, b) => a - b);
  console.log(
    `query ms: median ${(times[times.length >> 1] ?? 0).toFixed(1)}, p99 ${(times[Math.floor(times.length * 0.99)] ?? 0).toFixed(1)}`,
  );
}
