import { execFileSync } from 'node:child_process';
import { directoryFactsStore, indexSnapshot, openCodebase } from '../../packages/engine/src/codebase/index.ts';

// The engine alone, in a process of its own so that its cost can be told: node run-engine.ts <repository> <store> [graph]
const [repository = '', directory = '', graph] = process.argv.slice(2);
const git = (...args: string[]) => execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' }).trim();
const gitDir = git('rev-parse', '--absolute-git-dir');
const tree = git('rev-parse', 'HEAD^{tree}');
const store = directoryFactsStore(directory);

const { entries, summary } = await indexSnapshot({ gitDir, tree, store });
const indexMs = performance.now();
if (graph !== undefined) {
  await using codebase = await openCodebase({ gitDir, commit: tree, entries, store });
  await codebase.graph({ limit: 5000, path: undefined }, new AbortController().signal);
}
const { user, system } = process.cpuUsage();
process.stdout.write(
  JSON.stringify({
    files: summary.files,
    parsed: summary.parsed,
    chunks: summary.chunks,
    symbols: summary.symbols,
    imports: summary.imports,
    indexMs: Math.round(summary.ms),
    openAndGraphMs: Math.round(performance.now() - indexMs),
    cpuMs: Math.round((user + system) / 1000),
  }),
);
