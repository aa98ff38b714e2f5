// Brings a fresh clone to where it can run: dependencies, a Node that runs TypeScript, the built web. Only built-in modules,
// because it runs before anything is installed, and with whatever Node (>= 20.19) the machine has.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root, runCommand, ScriptError, toolEnvironment } from './run-command.mjs';

const installedStamp = join(root, 'node_modules', '.yudai-installed');
const builtStamp = join(root, 'packages', 'web', 'dist', '.stamp');
const setupLock = join(root, '.cache', 'setup.lock');

/** Makes the checkout ready and returns the Node to run it with. Costs a few milliseconds when everything is there. */
export async function setUp({ web = false } = {}) {
  requireNode(process.versions.node, 20, 19);
  if (!isInstalled() || (web && !isBuilt())) {
    await oneAtATime(async () => {
      if (!isInstalled()) await install();
      if (web && !isBuilt()) await build();
    });
  }
  return findNode();
}

/** Builds the web whether or not it is built already. */
export async function build() {
  await withPatience('Building the web', ['npm', ['run', 'build', '-w', '@yudai/web']], explainBuild);
  writeFileSync(builtStamp, webSources());
}

function requireNode(version, major, minor) {
  const [haveMajor = 0, haveMinor = 0] = version.split('.').map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  throw new ScriptError(
    `Yudai needs Node ${major}.${minor} or newer; this is ${version}. Install a newer Node and start again.`,
  );
}

/** Node 24 comes as a dependency on Linux; elsewhere the machine's own has to be new enough. */
function findNode() {
  const own = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(own)) return own;
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major >= 24) return process.execPath;
  throw new ScriptError(
    `Yudai runs on Node 24. It brings its own on Linux (x64 and arm64, glibc), but not on ${process.platform} ${process.arch}, and this is ` +
      `Node ${process.versions.node}. Install Node 24 or newer and start again.`,
  );
}

function isInstalled() {
  if (!existsSync(join(root, 'node_modules'))) return false;
  const lock = digest([join(root, 'package-lock.json')]);
  if (existsSync(installedStamp) && readFileSync(installedStamp, 'utf8') === lock) return true;
  if (!hasEveryPackage()) return false;
  writeFileSync(installedStamp, lock);
  return true;
}

/** npm keeps a list of what it put into node_modules: it holds after `npm install` as well as after ours. */
function hasEveryPackage() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const present = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') || entry.link) return true;
    return present[path] === undefined
      ? entry.optional === true || entry.peer === true
      : present[path].version === entry.version;
  });
}

/**
 * `install` and not `ci`: it keeps to the lock file just as well, leaves alone what is already right, and accepts a registry that
 * lacks the optional binaries of other platforms.
 */
async function install() {
  const quiet = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--no-progress'];
  await withPatience('Installing dependencies (about a minute the first time)', ['npm', quiet], explainInstall);
  writeFileSync(installedStamp, digest([join(root, 'package-lock.json')]));
}

/** Says what is done, and every ten seconds that it still is. */
async function withPatience(what, [program, args], explain) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  console.error(`${what} …`);
  const reminder = setInterval(() => console.error(`  still at it after ${seconds()} s`), 10_000);
  const { code, text } = await runCommand(program, args, {
    env: toolEnvironment({ npm_config_update_notifier: 'false' }),
  });
  clearInterval(reminder);
  if (code !== 0) throw new ScriptError(explain(text));
  console.error(`  done in ${seconds()} s`);
}

const installFailures = [
  [/ENOSPC|no space left/i, 'The disk is full. Dependencies need about 1 GB; free some space and start again.'],
  [
    /EACCES|EPERM|EROFS/,
    'npm may not write into this folder. Give yourself the right to write here, or clone somewhere else.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i,
    'npm could not reach its package registry. The first start needs the network (or a configured mirror); later starts do not.',
  ],
  [/ENOENT.*npm|npm: .*ENOENT/, 'npm was not found. It comes with Node; install it and start again.'],
];

function explainInstall(text) {
  const known = installFailures.find(([pattern]) => pattern.test(text))?.[1] ?? 'Installing the dependencies failed.';
  return `${known}\n\nnpm said:\n${text.trim().split('\n').slice(0, 15).join('\n')}`;
}

function explainBuild(text) {
  const full = /ENOSPC/.test(text) ? 'The disk is full.' : 'Building the web failed.';
  return `${full}\n\n${lastLines(text, 25)}`;
}

const lastLines = (text, count) => text.trim().split('\n').slice(-count).join('\n');

function isBuilt() {
  return existsSync(builtStamp) && readFileSync(builtStamp, 'utf8') === webSources();
}

function webSources() {
  const web = join(root, 'packages', 'web');
  const single = ['index.html', 'vite.config.ts', 'package.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) =>
    join(web, name),
  );
  const folders = [
    join(web, 'src'),
    join(web, 'public'),
    join(web, 'build'),
    join(root, 'packages', 'contract', 'src'),
  ];
  const sources = folders.flatMap(filesBelow).filter((path) => !/\.(test\.tsx?|gen\.ts)$/.test(path));
  return digest([...single, ...sources, join(root, 'package-lock.json')].filter((path) => existsSync(path)));
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
}

function digest(paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

/** Two starts in one checkout must not install over each other: the second waits, unless the first has died. */
async function oneAtATime(work) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  let told = false;
  while (!takeLock()) {
    if (!told) console.error('Another start is setting this checkout up; waiting for it …');
    told = true;
    await wait(500);
  }
  try {
    await work();
  } finally {
    rmSync(setupLock, { force: true });
  }
}

function takeLock() {
  try {
    writeFileSync(setupLock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isAlive(lockHolder())) return false;
    rmSync(setupLock, { force: true });
    return false;
  }
}

function lockHolder() {
  try {
    return Number(readFileSync(setupLock, 'utf8'));
  } catch {
    // Released between the two looks: the next attempt will take it.
    return process.pid;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
