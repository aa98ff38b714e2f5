// What a box costs: a command in one beside bare bubblewrap and beside no box at all, and making one, also from a snapshot:
//   node bench/sandbox.ts [--commands n] [--boxes n] [--image name]
import { spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Box,
  type BoxRequest,
  createDockerSandbox,
  createLocalSandbox,
} from '../packages/engine/src/sandbox/index.ts';
import { withTemporaryFolder } from './measuring/checkouts.ts';
import { printTable, quantile, ratio } from './measuring/figures.ts';
import { loadNow, printHead, textOf } from './measuring/machine.ts';
import { readOptions } from './measuring/options.ts';

const options = readOptions(
  `
node bench/sandbox.ts [--commands 100] [--boxes 20] [--image name]

Runs \`true\` in a box, in a box that may reach listed hosts, in bare bubblewrap and without any, in turn; then makes boxes, empty ones and
such that begin with a snapshot of 2,000 files, to the end of their first command. Needs Linux, and what boxes need (yudai doctor). With an image
the boxes are containers of it, of the Docker at DOCKER_HOST.
`,
  { commands: '100', boxes: '20', image: '' },
);

/** What people write who want nothing but other namespaces: no user of its own, no limits, no filter, no control group. */
const bareBox = (
  '--unshare-all --die-with-parent --new-session --clearenv --ro-bind /usr /usr --symlink usr/bin /bin ' +
  '--symlink usr/lib /lib --symlink usr/lib64 /lib64 --proc /proc --dev /dev --tmpfs /tmp'
).split(' ');
const timeoutMs = 60_000;
const limits = { disk: 1024 ** 3 };

interface Kind {
  readonly name: string;
  readonly work: () => Promise<unknown>;
  readonly samples: number[];
}

printHead('Sandbox', { bubblewrap: textOf('bwrap', ['--version']).replace('bubblewrap ', '') });
await withTemporaryFolder(async (folder) => {
  // Boxes have users of their own, who have to pass through it.
  chmodSync(folder, 0o755);
  const place = { folder: join(folder, 'boxes'), users: { first: 21_300, count: 8 } };
  const { image } = options;
  const host = process.env['DOCKER_HOST'] ?? null;
  const sandbox = image === '' ? createLocalSandbox(place) : createDockerSandbox({ ...place, image, host });
  const { usable, problems } = await sandbox.check();
  if (!usable) throw new Error(problems.map(({ what, todo }) => `${what} ${todo}`).join('\n'));
  const logFolder = join(folder, 'logs');
  const open = (id: string, more: Partial<BoxRequest> = {}) => sandbox.prepare({ id, logFolder, limits, ...more });

  await using box = await open('commands', { egress: { allow: ['example.org'] } });
  const bare = kind('bare bubblewrap', () => runOutside('bwrap', [...bareBox, '--', 'true']));
  await inTurn(Number(options.commands), [
    kind('a box', () => mustRun(box, 'none')),
    kind('a box with a network', () => mustRun(box, 'allowed')),
    bare,
    kind('no box', () => runOutside('true', [])),
  ]).then((kinds) => print('one command', kinds, bare));

  await box.run({ shell: 'mkdir m; for i in $(seq 2000); do head -c 8000 /dev/urandom > m/$i.js; done', timeoutMs });
  const snapshot = join(folder, 'one.snapshot');
  console.log(
    `\nsnapshot of 2,000 files, 16 MB: written in ${(await timed(() => box.snapshot(snapshot))).toFixed(0)} ms\n`,
  );

  const opened: Box[] = [];
  const begin = async (more: Partial<BoxRequest> = {}) => {
    const made = await open(`box-${opened.length}`, more);
    opened.push(made);
    await mustRun(made, 'none');
  };
  const closeLast = () => opened.at(-1)?.close();
  const empty = kind('an empty box', () => begin());
  await inTurn(
    Number(options.boxes),
    [empty, kind('from the snapshot', () => begin({ from: snapshot }))],
    closeLast,
  ).then((kinds) => print('a box and its first command', kinds, empty));
});

function kind(name: string, work: () => Promise<unknown>): Kind {
  return { name, work, samples: [] };
}

/** One of each kind after the other, so that the load of the machine is the same for all; the first round is not counted. */
async function inTurn(
  rounds: number,
  kinds: readonly Kind[],
  after: () => unknown = () => {},
): Promise<readonly Kind[]> {
  for (let round = -1; round < rounds; round += 1) {
    for (const { work, samples } of kinds) {
      const ms = await timed(work);
      if (round >= 0) samples.push(ms);
      await after();
    }
  }
  return kinds;
}

function print(what: string, kinds: readonly Kind[], beside: Kind): void {
  const middle = (samples: readonly number[]) => quantile(samples, 0.5);
  printTable(
    [what, 'p50 ms', 'p99 ms', `to ${beside.name}`],
    kinds.map(({ name, samples }) => [
      name,
      middle(samples).toFixed(1),
      quantile(samples, 0.99).toFixed(1),
      ratio(middle(samples), middle(beside.samples)),
    ]),
  );
  console.log(`n ${beside.samples.length} each, in turn, load ${loadNow()}`);
}

async function mustRun(box: Box, network: 'none' | 'allowed'): Promise<void> {
  const { exitCode, output } = await box.run({ argv: ['true'], network, timeoutMs });
  if (exitCode !== 0) throw new Error(`it ended with ${exitCode}: ${output}`);
}

function runOutside(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: '/usr/bin:/bin' } });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`))));
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
