// Edits as models write them, odd ones and hopeless ones, made by our ladder and by the editing tools of other agents:
//   node bench/edits.ts [--cases n] [--peers opencode,pi] [--peers-in folder]
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { applyEdit } from '../packages/engine/src/edit/index.ts';
import { type EditCase, malformedEdit } from '../packages/engine/src/edit/testing/malformed-edits.ts';
import { installPeers, type Peer } from './agents/peers.ts';
import { runPeer } from './agents/run-peer.ts';
import { startStepServer } from './agents/step-server.ts';
import { printTable } from './measuring/figures.ts';
import { printHead } from './measuring/machine.ts';
import { readOptions } from './measuring/options.ts';

const options = readOptions(
  `
node bench/edits.ts [--cases 210] [--peers opencode,pi] [--peers-in .cache/bench/peers]

The same malformed edits (recoverable ones and such that must be refused) by our ladder and by other agents, each driven by a model that
only says them: read the file, then edit it. Afterwards every file is compared with what was meant, byte for byte. Ends with 1 when ours is
not right every time. Agents are installed from the package registry the first time; --peers '' runs without them.
`,
  { cases: '210', peers: 'opencode,pi', 'peers-in': '.cache/bench/peers' },
);

/** `lost`: could have been recovered and was refused. `corrupted`: the file is neither as it was nor as it was meant. */
type Outcome = 'recovered' | 'refused' | 'lost' | 'corrupted';
const outcomes: readonly Outcome[] = ['recovered', 'refused', 'lost', 'corrupted'];

const cases = Array.from({ length: Number(options.cases) }, (_, seed) => malformedEdit(seed));
const peers = installPeers(
  options.peers.split(',').filter((name) => name !== ''),
  options['peers-in'],
);
printHead(`${cases.length} malformed edits`, Object.fromEntries(peers.map(({ name, version }) => [name, version])));

const scratch = mkdtempSync(join(tmpdir(), 'yudai-bench-'));
try {
  const rows = new Map<string, Outcome[]>([['yudai', cases.map((edit) => judge(edit, ours(edit)))]]);
  for (const peer of peers) rows.set(peer.name, await byPeer(peer));
  printTable(
    ['', ...outcomes],
    [...rows].map(([name, found]) => [name, ...outcomes.map((outcome) => found.filter((it) => it === outcome).length)]),
  );
  for (const [name, found] of rows) printTroubles(name, found);
  if (rows.get('yudai')?.some((outcome) => outcome === 'lost' || outcome === 'corrupted') === true)
    process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function ours({ before, find, replace }: EditCase): string {
  const result = applyEdit(before, { find, replace });
  return result.kind === 'applied' ? result.text : before;
}

/** What must be refused and was edited all the same is corrupted: nobody can know what was meant. */
function judge({ before, intended }: EditCase, after: string): Outcome {
  if (after === before) return intended === null || intended === before ? 'refused' : 'lost';
  return after === intended ? 'recovered' : 'corrupted';
}

async function byPeer(peer: Peer): Promise<Outcome[]> {
  const workTree = join(scratch, peer.name, 'tree');
  const paths = cases.map(({ path, before }, index) => {
    const file = join(workTree, `case-${index}`, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, before);
    return file;
  });
  // One run for all: an agent takes seconds to start.
  await using server = await startStepServer((number, tools) => {
    const index = Math.floor((number - 1) / 2);
    const [edit, path] = [cases[index], paths[index]];
    if (edit === undefined || path === undefined || peer.edit === null) return null;
    if (number % 2 === 0) return peer.edit(path, edit.find, edit.replace);
    const key = tools.find(({ name }) => name === 'read')?.parameters['required'];
    return { name: 'read', input: { [Array.isArray(key) ? String(key[0]) : 'path']: path } };
  });
  const run = await runPeer(peer, {
    url: server.url,
    home: join(scratch, peer.name, 'home'),
    workTree,
    limitMs: 30 * 60_000,
  });
  if (server.asked.length < 2 * cases.length) {
    throw new Error(
      `${peer.name} stopped after ${server.asked.length} of ${2 * cases.length} calls: ${run.errors.slice(-500)}`,
    );
  }
  return cases.map((edit, index) => judge(edit, readFileSync(paths[index] ?? '', 'utf8')));
}

function printTroubles(name: string, found: readonly Outcome[]): void {
  const wrong = cases.flatMap(({ trouble }, index) =>
    found[index] === 'lost' || found[index] === 'corrupted' ? [`${trouble}: ${found[index]}`] : [],
  );
  const counts = Map.groupBy(wrong, (line) => line);
  if (counts.size === 0) return;
  console.log(`\n${name}`);
  for (const [line, all] of counts) console.log(`  ${all.length} × ${line}`);
}
