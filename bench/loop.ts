// What an agent's loop adds to its model and its commands: ours, and those of other agents, with a model that answers at once:
//   node bench/loop.ts [--steps 10,1000] [--peers opencode,pi,cline,codex] [--peers-in folder] [--database embedded|postgres]
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPeers, type Peer } from './agents/peers.ts';
import { runPeer } from './agents/run-peer.ts';
import { isRecord, type OfferedTool, startStepServer } from './agents/step-server.ts';
import { onBothDatabases } from './measuring/databases.ts';
import { median, printTable, quantile, ratio } from './measuring/figures.ts';
import { loadNow, printHead } from './measuring/machine.ts';
import { chosenDatabase, numbersOf, readOptions } from './measuring/options.ts';
import { megabytes } from './measuring/processes.ts';

const options = readOptions(
  `
node bench/loop.ts [--steps 10,1000] [--peers opencode,pi,cline,codex] [--peers-in .cache/bench/peers] [--database embedded|postgres]

A model that answers at once says one tool call after another; what passes between its answer and the next request is the agent's own:
the command (\`true\`), and everything around it. Ours runs commands in a box and commits every step to a database; the others run theirs
on the machine itself. \`yudai, read\` is a step without a command. Needs Linux and GNU time. Agents are installed the first time.
`,
  { steps: '10,1000', peers: 'opencode,pi,cline,codex', 'peers-in': '.cache/bench/peers', database: '' },
);

interface Row {
  readonly name: string;
  readonly steps: number;
  readonly gaps: readonly number[];
  readonly cpuMs: number;
  readonly peakBytes: number;
  readonly startMs: number;
}

const script = fileURLToPath(new URL('./agents/our-loop.ts', import.meta.url));
const peers = installPeers(
  options.peers.split(',').filter((name) => name !== ''),
  options['peers-in'],
);
printHead(
  'Gap between a model’s answer and the next request',
  Object.fromEntries(peers.map((it) => [it.name, it.version])),
);
const scratch = mkdtempSync(join(tmpdir(), 'yudai-bench-'));
// Boxes have users of their own, who have to pass through it.
chmodSync(scratch, 0o755);
const rows: Row[] = [];
try {
  await onBothDatabases(
    async ({ name, url }) => {
      for (const steps of numbersOf(options.steps)) {
        rows.push(await measure(ours(name, steps, url), steps, commandCall));
        rows.push(await measure({ ...ours(name, steps, url), name: `yudai, read, ${name}` }, steps, readCall));
      }
    },
    chosenDatabase(options.database),
    { durable: true },
  );
  for (const peer of peers)
    for (const steps of numbersOf(options.steps)) rows.push(await measure(peer, steps, commandCall));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
const first = rows[0];
printTable(
  ['', 'steps', 'gap p50 ms', 'p99', 'last 100 ÷ first 100', 'CPU ms a step', 'peak', 'start s', 'gap ÷ ours'],
  rows.map(({ name, steps, gaps, cpuMs, peakBytes, startMs }) => [
    name,
    gaps.length + 1 < steps ? `${gaps.length + 1} of ${steps}` : steps,
    median(gaps).toFixed(1),
    quantile(gaps, 0.99).toFixed(1),
    gaps.length < 300 ? '' : ratio(median(gaps.slice(-100)), median(gaps.slice(0, 100))),
    cpuMs.toFixed(1),
    megabytes(peakBytes),
    (startMs / 1000).toFixed(2),
    first === undefined ? '' : ratio(median(gaps), median(first.gaps)),
  ]),
);
console.log(`load ${loadNow()} at the end`);

function ours(database: string, steps: number, databaseUrl: string | undefined): Peer {
  return {
    name: `yudai, command, ${database}`,
    version: '',
    command: ({ url, home }) => ({
      program: process.execPath,
      args: [script, url, String(steps), home],
      env: {
        HOME: home,
        ...(databaseUrl === undefined ? {} : { TEST_DATABASE_URL: databaseUrl }),
      },
    }),
    edit: null,
  };
}

type Call = (number: number, tools: readonly OfferedTool[]) => { name: string; input: Record<string, unknown> } | null;

async function measure(peer: Peer, steps: number, call: Call): Promise<Row> {
  const folder = mkdtempSync(join(scratch, 'run-'));
  chmodSync(folder, 0o755);
  const workTree = join(folder, 'tree');
  mkdirSync(workTree);
  await using server = await startStepServer((number, tools) => {
    if (number > steps) return tools.some(({ name }) => name === 'submit') ? { name: 'submit', input: {} } : null;
    return call(number, tools);
  });
  const run = await runPeer(peer, { url: server.url, home: join(folder, 'home'), workTree, limitMs: 30 * 60_000 });
  const { asked } = server;
  if (asked.length < Math.min(steps, 10))
    throw new Error(`${peer.name} asked ${asked.length} times: ${run.errors.slice(-1000)}`);
  const gaps = asked.slice(1, steps).map(({ arrived }, index) => arrived - (asked[index]?.answered ?? Number.NaN));
  return {
    name: peer.name,
    steps,
    gaps,
    cpuMs: (run.cpuSeconds * 1000) / asked.length,
    peakBytes: run.peakBytes,
    startMs: (asked[0]?.arrived ?? Number.NaN) - run.started,
  };
}

/** `true`, a little different each time, by whichever tool runs commands: agents stop when they see the same call again and again. */
function commandCall(number: number, tools: readonly OfferedTool[]) {
  const tool = tools.find(({ name }) => /^(?:bash|shell|exec_command|run_commands?)$/.test(name));
  if (tool === undefined) return null;
  const properties = isRecord(tool.parameters['properties']) ? tool.parameters['properties'] : {};
  const field = ['command', 'cmd', 'commands'].find((name) => name in properties) ?? 'command';
  const line = `true ${number}`;
  return { name: tool.name, input: { [field]: field === 'commands' ? [line] : line } };
}

function readCall(number: number) {
  return { name: 'read', input: { path: `file-${number % 20}.js`, startLine: 1 + (number % 49) } };
}
