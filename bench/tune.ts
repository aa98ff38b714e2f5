import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { weights } from '../packages/engine/src/codebase/rank/weights.ts';
import { measure, row, type Placed } from './retrieval/measures.ts';

// Finds weights for `packages/engine/src/codebase/rank/weights.ts` from the features that `bench/retrieval.ts --features` wrote, and
// says what they are worth on repositories that they never saw.
const { values: options } = parseArgs({
  options: {
    features: { type: 'string' },
    folds: { type: 'string', default: '6' },
    bootstraps: { type: 'string', default: '12' },
  },
});

interface Issue {
  readonly mirror: string;
  readonly core: boolean;
  readonly lite: boolean;
  readonly gold: number;
  /** One column per signal, over the files. */
  readonly columns: readonly Float32Array[];
  /** Rows that are gold. */
  readonly answers: readonly number[];
}

const penalty = 0.002;
const coarse = [-0.3, -0.15, -0.05, 0.05, 0.15, 0.3];
const fine = [-0.1, -0.04, 0.04, 0.1];
const random = seeded(7);

main();

function main(): void {
  const { names, issues } = readFeatures(options.features ?? '');
  const start = names.map((name) => new Map<string, number>(Object.entries(weights)).get(name) ?? 0);
  const core = issues.filter((issue) => issue.core);
  console.log(row('weights in use', measure(core.map((issue) => place(issue, start)))));

  const folds = foldsOf(core, Number(options.folds));
  const unseen = issues.flatMap((issue) => [{ issue, fold: folds.get(issue.mirror) ?? 0 }]);
  const placed = [...new Set(folds.values())].flatMap((fold) => {
    const trained = train(
      core.filter(({ mirror }) => folds.get(mirror) !== fold),
      start,
      names,
    );
    return unseen.filter((one) => one.fold === fold).map(({ issue }) => ({ issue, placed: place(issue, trained) }));
  });
  console.log(row('cross-validated, core', measure(placed.filter(({ issue }) => issue.core).map((one) => one.placed))));
  console.log(row('cross-validated, Lite', measure(placed.filter(({ issue }) => issue.lite).map((one) => one.placed))));

  const final = train(core, start, names);
  console.log(row('fitted to all', measure(core.map((issue) => place(issue, final)))));
  names.forEach((name, at) => console.log(`  ${name}: ${(final[at] ?? 0).toFixed(2)},`));
}

function readFeatures(path: string): { names: string[]; issues: Issue[] } {
  const lines = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line): { names: string[]; rows: number[][]; mirror: string; core: boolean; lite: boolean; gold: number } =>
      JSON.parse(line),
    );
  const names = lines[0]?.names ?? [];
  const issues = lines.map(({ rows, mirror, core, lite, gold }) => ({
    mirror,
    core,
    lite,
    gold,
    columns: names.map((_, at) => Float32Array.from(rows, (values) => values[at + 1] ?? 0)),
    answers: rows.flatMap(([isGold], at) => (isGold === 1 ? [at] : [])),
  }));
  return { names, issues };
}

/** Repositories in folds of about the same number of issues. */
function foldsOf(issues: readonly Issue[], count: number): Map<string, number> {
  const sizes = Array.from({ length: count }, () => 0);
  const folds = new Map<string, number>();
  for (const [mirror, own] of [...Map.groupBy(issues, (issue) => issue.mirror)].toSorted(
    (a, b) => b[1].length - a[1].length,
  )) {
    const fold = sizes.indexOf(Math.min(...sizes));
    folds.set(mirror, fold);
    sizes[fold] = (sizes[fold] ?? 0) + own.length;
  }
  return folds;
}

/** The mean over bootstraps: a weight that only some samples ask for stays small. */
function train(issues: readonly Issue[], start: readonly number[], names: readonly string[]): number[] {
  const rounds = Number(options.bootstraps);
  const sum = start.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    const sample = issues
      .map(() => issues[Math.floor(random() * issues.length)])
      .filter((issue) => issue !== undefined);
    climb(sample, start, names).forEach((weight, at) => (sum[at] = (sum[at] ?? 0) + weight / rounds));
  }
  return sum;
}

/** Coordinate ascent from the start; the first signal is the measure of the others and stays. */
function climb(issues: readonly Issue[], start: readonly number[], names: readonly string[]): number[] {
  const found = [...start];
  const scores = issues.map((issue) => scoresOf(issue, found));
  const worth = (candidate: readonly number[], moved: number, step: number) =>
    issues.reduce((sum, issue, at) => {
      const column = issue.columns[moved];
      const shifted = (scores[at] ?? new Float64Array()).map((score, file) => score + step * (column?.[file] ?? 0));
      return sum + utility(placesIn(issue, shifted), issue.gold);
    }, 0) /
      issues.length -
    penalty * candidate.reduce((sum, weight) => sum + Math.abs(weight), 0);

  for (let pass = 0; pass < 6; pass++) {
    let moved = false;
    for (let signal = 1; signal < names.length; signal++) {
      const steps = [0, ...(pass < 2 ? coarse : fine)].map((step) => ({
        step,
        worth: worth(found.with(signal, (found[signal] ?? 0) + step), signal, step),
      }));
      const best = steps.reduce((a, b) => (b.worth > a.worth + 1e-4 ? b : a));
      if (best.step === 0) continue;
      moved = true;
      found[signal] = (found[signal] ?? 0) + best.step;
      issues.forEach((issue, at) =>
        scores[at]?.forEach(
          (score, file, all) => (all[file] = score + best.step * (issue.columns[signal]?.[file] ?? 0)),
        ),
      );
    }
    if (!moved) break;
  }
  return found;
}

function scoresOf(issue: Issue, weigh: readonly number[]): Float64Array {
  const scores = new Float64Array(issue.columns[0]?.length ?? 0);
  issue.columns.forEach((column, at) =>
    column.forEach((value, file) => (scores[file] = (scores[file] ?? 0) + (weigh[at] ?? 0) * value)),
  );
  return scores;
}

function placesIn({ answers }: Issue, scores: Float64Array): number[] {
  return answers
    .map((answer) =>
      scores.reduce(
        (before, score, file) =>
          before + (score > (scores[answer] ?? 0) || (score === scores[answer] && file < answer) ? 1 : 0),
        0,
      ),
    )
    .toSorted((a, b) => a - b);
}

function place(issue: Issue, weigh: readonly number[]): Placed {
  return { places: placesIn(issue, scoresOf(issue, weigh)), gold: issue.gold, symbolHit: null };
}

/** Recall, reciprocal rank and complete answers among ten, with a smooth part that sees every step. */
function utility(places: readonly number[], gold: number): number {
  const among = (k: number) => places.filter((at) => at < k).length;
  const ideal = Array.from({ length: gold }, (_, at) => 1 / Math.log2(2 + at)).reduce((sum, gain) => sum + gain, 0);
  const gain = places.reduce((sum, at) => sum + 1 / Math.log2(2 + at), 0) / ideal;
  const first = places[0] === undefined ? 0 : 1 / (1 + places[0]);
  return among(10) / gold + first + (among(10) === gold ? 0.6 : 0) + (among(5) === gold ? 0.2 : 0) + 1.5 * gain;
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}
