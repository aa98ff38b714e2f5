import { baseOf, directoryOf } from '#codebase/graph/paths.ts';
import type { Check, ProjectFiles } from '#verify/check.ts';
import { findGoChecks, findRustChecks } from '#verify/find/compiled.ts';
import { findJvmChecks } from '#verify/find/jvm.ts';
import { findMakeChecks } from '#verify/find/make.ts';
import { findNodeChecks } from '#verify/find/node.ts';
import { findDenoChecks, findPhpChecks, findRubyChecks } from '#verify/find/other-languages.ts';
import { findPythonChecks } from '#verify/find/python.ts';

/** Finds what one kind of manifest offers, in one directory. */
export type Find = (files: ProjectFiles, directory: string) => readonly Check[];

/** By the name of the file that calls for them, most telling first. */
const finders: readonly (readonly [readonly string[], Find])[] = [
  [['package.json'], findNodeChecks],
  [
    ['pyproject.toml', 'setup.py', 'setup.cfg', 'pytest.ini', 'tox.ini', 'requirements.txt', 'Pipfile'],
    findPythonChecks,
  ],
  [['go.mod'], findGoChecks],
  [['Cargo.toml'], findRustChecks],
  [['pom.xml', 'build.gradle', 'build.gradle.kts'], findJvmChecks],
  [['Gemfile'], findRubyChecks],
  [['composer.json'], findPhpChecks],
  [['deno.json', 'deno.jsonc'], findDenoChecks],
];

const makefiles = ['Makefile', 'makefile', 'GNUmakefile'];

const others =
  /^(?:requirements.*\.txt|conftest\.py|\.rspec|mypy\.ini|\.?ruff\.toml|phpunit\.xml(?:\.dist)?|go\.work|test_[^/]*\.py)$/;

/** Deeper manifests are examples and fixtures more often than parts of a project. */
const deepest = 3;

const foreign =
  /(?:^|\/)(?:node_modules|vendor|third_party|fixtures?|examples?|testdata|__fixtures__|templates?)(?:\/|$)/;

/** Which files have to be read for `findChecks`, of all paths of a repository. */
export function filesForChecks(paths: readonly string[]): string[] {
  const names = new Set([...finders.flatMap(([manifests]) => manifests), ...makefiles]);
  return paths.filter((path) => isOwn(path) && (names.has(baseOf(path)) || others.test(baseOf(path))));
}

/**
 * What a project offers to tell whether it is right: its tests first, then linters, types and build. A manifest at the root speaks for all below
 * it of its kind, unless its tests have no report that can be read and theirs have. Broken manifests offer nothing.
 */
export function findChecks(files: ProjectFiles): Check[] {
  const found = finders.flatMap(([manifests, find]) => {
    const directories = files.paths.filter((path) => isOwn(path) && manifests.includes(baseOf(path))).map(directoryOf);
    return outermost(directories, (directory) => find(files, directory));
  });
  const checks = found.some(({ kind }) => kind === 'test') ? found : [...found, ...findMakeChecks(files, makefiles)];
  const order = ['test', 'lint', 'types', 'build'];
  return checks.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

function isOwn(path: string): boolean {
  return path.split('/').length <= deepest + 1 && !foreign.test(directoryOf(path));
}

function outermost(directories: readonly string[], find: (directory: string) => readonly Check[]): Check[] {
  const sorted = [...new Set(directories)].toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const taken: { directory: string; checks: readonly Check[] }[] = [];
  for (const directory of sorted) {
    const above = taken.filter((one) => one.directory === '' || directory.startsWith(`${one.directory}/`));
    if (above.some(({ checks }) => checks.some(isReadableTest))) continue;
    const checks = find(directory).filter(
      (check) => isReadableTest(check) || above.every((one) => one.checks.every(({ kind }) => kind !== check.kind)),
    );
    if (checks.length > 0) taken.push({ directory, checks });
  }
  // A test that runs those of the parts and cannot be read would only run them a second time.
  return taken.flatMap(({ directory, checks }) => {
    const below = taken.filter(
      (one) => one.directory !== directory && (directory === '' || one.directory.startsWith(`${directory}/`)),
    );
    const isCovered = below.some((one) => one.checks.some(isReadableTest));
    return checks.filter((check) => !isCovered || check.kind !== 'test' || isReadableTest(check));
  });
}

function isReadableTest({ kind, report }: Check): boolean {
  return kind === 'test' && report !== null;
}
