import { parse } from 'jsonc-parser';
import { isRecord, stringOf } from '#codebase/graph/resolve/untrusted.ts';
import type { Check, CheckKind, ProjectFiles, SetUp } from '#verify/check.ts';
import { inDirectory } from '#verify/find/in-directory.ts';
import { nodeRunners } from '#verify/find/node-runners.ts';
import { reportingScript } from '#verify/find/node-script.ts';

interface Package {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: ReadonlySet<string>;
  readonly manager: Manager;
}

type Manager = 'npm' | 'pnpm' | 'yarn' | 'bun';

const locks: readonly (readonly [string, Manager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

const scriptNames: Record<Exclude<CheckKind, 'test'>, readonly string[]> = {
  lint: ['lint', 'eslint', 'lint:check'],
  types: ['typecheck', 'type-check', 'check-types', 'check:types', 'types', 'tsc'],
  build: ['build', 'compile'],
};

/** What a `package.json` offers: its scripts, run so that the runner writes a report where it is one that is known. */
export function findNodeChecks(files: ProjectFiles, directory: string): Check[] {
  const project = readPackage(files, directory);
  if (project === null) return [];
  const setup = setUpOf(files, directory, project.manager);
  const shared = { directory, setup };
  const checks: (Check | null)[] = [
    testCheck(project, shared),
    ...(['lint', 'types', 'build'] as const).map((kind) => scriptCheck(kind, project, shared)),
  ];
  const found = checks.filter((check) => check !== null);
  const isTyped =
    files.paths.includes(inDirectory(directory, 'tsconfig.json')) && project.dependencies.has('typescript');
  if (!isTyped || found.some(({ kind }) => kind === 'types')) return found;
  return [
    ...found,
    { ...shared, kind: 'types', command: 'npx --no-install tsc --noEmit', runner: 'tsc', report: null },
  ];
}

function testCheck(project: Package, shared: Pick<Check, 'directory' | 'setup'>): Check | null {
  const { scripts, dependencies, manager } = project;
  const written = scripts['test'];
  if (written !== undefined && !written.includes('no test specified')) {
    const reporting = reportingScript('test', scripts);
    if (reporting === null)
      return { ...shared, kind: 'test', command: `${manager} run test`, runner: 'script', report: null };
    const { script, runner } = reporting;
    const report = { format: runner.format, from: 'file' as const };
    return { ...shared, kind: 'test', command: withPrograms(script), runner: runner.name, report };
  }
  // Some projects call the runner by hand only.
  const installed = nodeRunners.find(({ name }) => (name === 'vitest' || name === 'jest') && dependencies.has(name));
  if (installed === undefined) return null;
  const command = withPrograms([installed.name, installed.report, installed.once ?? ''].join(' ').trim());
  return {
    ...shared,
    kind: 'test',
    command,
    runner: installed.name,
    report: { format: installed.format, from: 'file' },
  };
}

function scriptCheck(
  kind: Exclude<CheckKind, 'test'>,
  { scripts, manager }: Package,
  shared: Pick<Check, 'directory' | 'setup'>,
): Check | null {
  const name = scriptNames[kind].find((candidate) => Object.hasOwn(scripts, candidate));
  if (name === undefined) return null;
  const program = /^(?:npx )?([\w-]+)/.exec(scripts[name] ?? '')?.[1] ?? 'script';
  return { ...shared, kind, command: `${manager} run ${name}`, runner: program, report: null };
}

/** As scripts see it: the programs of the dependencies first, and nobody at the keyboard. */
function withPrograms(script: string): string {
  return `export CI=true PATH="$PWD/node_modules/.bin:$PATH"; ${script}`;
}

function readPackage(files: ProjectFiles, directory: string): Package | null {
  const json: unknown = parse(files.text(inDirectory(directory, 'package.json')) ?? '');
  if (!isRecord(json)) return null;
  const scripts = isRecord(json['scripts']) ? json['scripts'] : {};
  const dependencies = ['dependencies', 'devDependencies'].flatMap((key) => {
    const field = json[key];
    return isRecord(field) ? Object.keys(field) : [];
  });
  const wish = /^(npm|pnpm|yarn|bun)@/.exec(stringOf(json['packageManager']) ?? '')?.[1];
  const manager = managers.find((name) => name === wish) ?? lockOf(files, directory)?.[1] ?? 'npm';
  return {
    scripts: Object.fromEntries(
      Object.entries(scripts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
    dependencies: new Set(dependencies),
    manager,
  };
}

const managers: readonly Manager[] = ['npm', 'pnpm', 'yarn', 'bun'];

function lockOf(files: ProjectFiles, directory: string): readonly [string, Manager] | undefined {
  return locks.find(([name]) => files.paths.includes(inDirectory(directory, name)));
}

function setUpOf(files: ProjectFiles, directory: string, manager: Manager): SetUp {
  // A part of a workspace is installed where the lock file lies.
  const home = lockOf(files, directory) === undefined && lockOf(files, '') !== undefined ? '' : directory;
  const lock = lockOf(files, home);
  const isModernYarn = files.paths.includes(inDirectory(home, '.yarnrc.yml'));
  const install: Record<Manager, string> = {
    npm: lock?.[1] === 'npm' ? 'npm ci' : 'npm install',
    pnpm: lock === undefined ? 'pnpm install' : 'pnpm install --frozen-lockfile',
    yarn: lock === undefined ? 'yarn install' : `yarn install ${isModernYarn ? '--immutable' : '--frozen-lockfile'}`,
    bun: lock === undefined ? 'bun install' : 'bun install --frozen-lockfile',
  };
  const manifest = inDirectory(home, 'package.json');
  const hasDependencies = /"(?:dev|optional|peer)?[dD]ependencies"|"workspaces"/.test(files.text(manifest) ?? '');
  return {
    directory: home,
    commands: hasDependencies ? [install[manager]] : [],
    cacheKey: [manifest, ...(lock === undefined ? [] : [inDirectory(home, lock[0])])],
  };
}
