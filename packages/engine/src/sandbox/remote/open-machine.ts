import { createWriteStream } from 'node:fs';
import { readFile, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { etcFiles, writeEtc } from '#sandbox/box/in-box.ts';
import type { BoxPlace } from '#sandbox/box/launcher.ts';
import { type BoxPlan, idsInBox } from '#sandbox/local/bubblewrap-arguments.ts';
import { seccompProgram } from '#sandbox/local/seccomp.ts';
import type { Hosting } from '#sandbox/remote/hosting.ts';
import { enterMachine, type Machine } from '#sandbox/remote/machine.ts';
import { type SyncedFiles, syncFiles } from '#sandbox/remote/sync-files.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

/** A machine that is ready for the commands of a box. */
export interface BoxMachine extends Machine {
  /** What its commands have in common, as paths of the machine. */
  readonly plan: BoxPlan;
  /** Whether commands have a user of their own there, whose processes are counted. */
  readonly hasOwnUser: boolean;
  readonly files: SyncedFiles;
  /** What the work tree and the home may hold together. */
  readonly mostBytes: number;
}

/** Who commands are on the machine, where this process gives them nobody of their own. */
const standardUser = 20_000;
const setUpMs = 10 * 60_000;
const oldestBubblewrap = [0, 8] as const;

interface Facts {
  readonly system: string;
  readonly processor: string;
  readonly isRoot: boolean;
  readonly path: string;
  readonly lacks: readonly string[];
  readonly bubblewrap: string;
  /** What is in its root folder, in `/etc` and in `/home`; of a link, where it leads. */
  readonly entries: ReadonlyMap<string, string | null>;
}

/** Makes a machine, and of it what a box needs. Throws `unusable` with what it lacks, `broken`. */
export async function openMachine(hosting: Hosting, place: BoxPlace): Promise<BoxMachine> {
  const machine = await enterMachine(hosting, await hosting.create(place.boxFolder));
  const uid = String(place.user?.uid ?? standardUser);
  const isRoot = machine.base === '/var/lib/yudai';
  const hello = async () => factsIn((await machine.ask('hello', [isRoot ? uid : ''])).toString('utf8'));
  let facts = await hello();
  if (hosting.setup !== null) {
    await machine.ask('set_up', [], { sent: Buffer.from(hosting.setup), withinMs: setUpMs });
    facts = await hello();
  }
  requireTools(facts, hosting.name);
  const seccomp = seccompProgram({ x86_64: 'x64', aarch64: 'arm64' }[facts.processor] ?? facts.processor);
  await outfit(machine, place, seccomp);
  const mostBytes = await holdsOf(place);
  return {
    ...machine,
    hasOwnUser: isRoot,
    mostBytes,
    files: syncFiles(machine, place, mostBytes),
    plan: {
      workTree: `${machine.base}/work`,
      home: `${machine.base}/home`,
      etc: `${machine.base}/etc`,
      // What cannot be reached from there.
      egressSocket: null,
      mounts: [],
      path: place.path,
      limits: place.limits,
      hasSeccomp: seccomp !== null,
      system: systemOf(facts, machine.base),
      systemPath: facts.path.split(':').filter((folder) => folder.startsWith('/')),
      // Which hosts are listed nobody there can hold it to; that none is, it is held to.
      sharesNetwork: place.reachesHosts,
    },
  };
}

function factsIn(text: string): Facts {
  const lines = text.split('\n').map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)] as const);
  const all = (name: string) => lines.filter(([word]) => word === name).map(([, rest]) => rest);
  const one = (name: string) => all(name)[0] ?? '';
  const isPlain = (path: string) => /^\/[\w.+@:/-]+$/.test(path);
  return {
    system: one('system'),
    processor: one('processor'),
    isRoot: one('id') === '0',
    path: one('path'),
    lacks: all('lacks'),
    bubblewrap: one('bubblewrap'),
    entries: new Map([
      ...all('entry').flatMap((path): [string, null][] => (isPlain(path) ? [[path, null]] : [])),
      ...all('link').flatMap((line): [string, string][] => {
        const [path = '', target = ''] = line.split(' ');
        return isPlain(path) && target !== '' ? [[path, target]] : [];
      }),
    ]),
  };
}

function requireTools({ system, lacks, bubblewrap }: Facts, provider: string): void {
  if (system !== 'Linux') throw unusable(`The machines of ${provider} run ${system || 'nothing that is known'}.`);
  if (lacks.length > 0) throw unusable(`The machines of ${provider} lack ${lacks.join(', ')}.`);
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(bubblewrap) ?? []).slice(1).map(Number);
  const [oldMajor, oldMinor] = oldestBubblewrap;
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return;
  throw unusable(`The machines of ${provider} have ${bubblewrap}, and 0.8 or newer is needed.`);
}

function unusable(what: string): SandboxError {
  const todo =
    'Name an image that has bubblewrap and util-linux (“create” in YUDAI_SANDBOX_PROVIDER_OPTIONS), or have them installed (“setup”).';
  return new SandboxError('unusable', `${what} ${todo}`);
}

/** Brings what commands see of `/etc`, and the list of refused calls. */
async function outfit(machine: Machine, { boxFolder }: BoxPlace, seccomp: Buffer | null): Promise<void> {
  const etc = await writeEtc(boxFolder, idsInBox);
  const archive = pack();
  for (const name of etcFiles) archive.entry({ name: `etc/${name}`, mode: 0o644 }, await readFile(join(etc, name)));
  if (seccomp !== null) archive.entry({ name: 'seccomp', mode: 0o600 }, seccomp);
  archive.finalize();
  const file = join(boxFolder, 'outfit');
  try {
    await pipeline(archive, createGzip(), createWriteStream(file));
    await machine.ask('outfit', [], { sent: await readFile(file) });
  } finally {
    await rm(file, { force: true });
  }
}

/** As much as the host can take back. */
async function holdsOf({ boxFolder, workTree, limits }: BoxPlace): Promise<number> {
  if ((await stat(boxFolder)).dev === (await stat(workTree)).dev) return limits.disk;
  const { blocks, bsize } = await statfs(workTree);
  return Math.min(limits.disk, blocks * bsize);
}

/** What is made anew in every box, or hidden. */
const notShown = new Set(['/proc', '/dev', '/sys', '/run', '/tmp', '/work', '/home', '/etc', '/root', '/lost+found']);

/** Everything of the machine that is not a box's own, to be read only. */
function systemOf({ entries }: Facts, base: string): string[] {
  const own = new Set(['/home/agent', ...etcFiles.map((name) => `/etc/${name}`)]);
  const shown = [...entries].filter(([path]) => !notShown.has(path) && !own.has(path));
  const seen = shown.flatMap(([path, target]) =>
    target === null ? ['--ro-bind-try', path, path] : ['--symlink', target, path],
  );
  const covered = ['/var/tmp', base].flatMap((folder) => ['--perms', '0755', '--size', '65536', '--tmpfs', folder]);
  return [...seen, ...covered];
}
