import { expect, test } from 'vitest';
import { type Check, filesForChecks, findChecks } from '#verify/index.ts';

function checksOf(files: Readonly<Record<string, string>>): Check[] {
  return findChecks({ paths: Object.keys(files), text: (path) => files[path] ?? null });
}

/** `kind directory$ command` of each check, without what every script of Node begins with. */
function linesOf(files: Readonly<Record<string, string>>): string[] {
  return checksOf(files).map(({ kind, directory, command }) => {
    const own = command.replace('export CI=true PATH="$PWD/node_modules/.bin:$PATH"; ', '');
    return `${kind} ${directory}$ ${own}`;
  });
}

function node(scripts: Readonly<Record<string, string>>, more: object = {}): string {
  return JSON.stringify({ scripts, ...more });
}

const report = '"$YUDAI_REPORT"';

test.each([
  ['vitest', 'vitest run --reporter=default --reporter=json --outputFile.json=FILE --run'],
  ['vitest run', 'vitest run --reporter=default --reporter=json --outputFile.json=FILE'],
  ['vitest --watch --reporter=dot src', 'vitest --reporter=default --reporter=json --outputFile.json=FILE --run src'],
  ['NODE_ENV=test jest --coverage', 'NODE_ENV=test jest --json --outputFile=FILE --watchAll=false --coverage'],
  ['react-scripts test', 'react-scripts test --json --outputFile=FILE --watchAll=false'],
  [
    'node --experimental-vm-modules node_modules/jest/bin/jest.js',
    'node --experimental-vm-modules node_modules/jest/bin/jest.js --json --outputFile=FILE --watchAll=false',
  ],
  [
    'node --import tsx --test test/*.ts',
    'node --test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit --test-reporter-destination=FILE --import tsx --test test/*.ts',
  ],
  ["c8 mocha 'test/**/*.js'", "c8 mocha --reporter json --reporter-option output=FILE 'test/**/*.js'"],
  ['tsc && mocha -R dot', 'tsc && mocha --reporter json --reporter-option output=FILE'],
  ['tape test/*.js', 'tape test/*.js >FILE'],
  ['npm run build && npm run unit', 'tsc -b && vitest run --reporter=default --reporter=json --outputFile.json=FILE'],
])('the script `%s` is run so that it writes a report (H9)', (script, expected) => {
  const [check] = checksOf({ 'package.json': node({ test: script, build: 'tsc -b', unit: 'vitest run' }) });

  const command = (script === 'vitest' ? expected.replace('vitest run', 'vitest') : expected).replace('FILE', report);
  expect(check?.command).toBe(`export CI=true PATH="$PWD/node_modules/.bin:$PATH"; ${command}`);
  expect(check?.report?.from).toBe('file');
});

test.each([
  ['two runners', 'jest && mocha'],
  ['a runner nobody knows', 'borp'],
  ['a pipe', 'tape test/*.js | tap-spec'],
  ['scripts that call each other', 'npm run test'],
])('%s is run as it stands, and only its exit code is known (H9)', (_what, script) => {
  const [check] = checksOf({ 'package.json': node({ test: script }) });

  expect(check).toMatchObject({ kind: 'test', command: 'npm run test', runner: 'script', report: null });
});

test('what npm writes where there are no tests is no test (H9)', () => {
  expect(checksOf({ 'package.json': node({ test: 'echo "Error: no test specified" && exit 1' }) })).toEqual([]);
});

test('linters, types and build come from scripts, types also from TypeScript itself', () => {
  const files = {
    'package.json': node(
      { build: 'vite build', lint: 'eslint .' },
      { devDependencies: { typescript: '1', vitest: '1' } },
    ),
    'tsconfig.json': '{}',
    'pnpm-lock.yaml': '',
  };

  expect(linesOf(files)).toEqual([
    `test $ vitest --reporter=default --reporter=json --outputFile.json=${report} --run`,
    'lint $ pnpm run lint',
    'types $ npx --no-install tsc --noEmit',
    'build $ pnpm run build',
  ]);
  expect(checksOf(files)[0]?.setup).toEqual({
    directory: '',
    commands: ['pnpm install --frozen-lockfile'],
    cacheKey: ['package.json', 'pnpm-lock.yaml'],
  });
});

test('parts of a workspace are tested on their own where the root only passes the word on', () => {
  const files = {
    'package.json': node({ test: 'turbo run test' }, { workspaces: ['packages/*'] }),
    'package-lock.json': '',
    'packages/a/package.json': node({ test: 'vitest run' }),
    'packages/b/package.json': node({ test: 'jest' }),
    'packages/b/fixtures/c/package.json': node({ test: 'jest' }),
  };

  const checks = checksOf(files);

  expect(checks.map(({ directory, runner }) => [directory, runner])).toEqual([
    ['packages/a', 'vitest'],
    ['packages/b', 'jest'],
  ]);
  expect(checks[0]?.setup).toMatchObject({ directory: '', commands: ['npm ci'] });
});

test('pytest is seen in manifests, in files beside the tests and in their imports', () => {
  const command = `test $ .venv/bin/python -m pytest --junitxml=${report} -o junit_family=xunit1 --continue-on-collection-errors`;

  expect(linesOf({ 'pyproject.toml': '[project]\nname = "a"\n[tool.pytest.ini_options]\n' })).toEqual([command]);
  expect(linesOf({ 'requirements.txt': 'flask', 'tests/conftest.py': '' })).toEqual([command]);
  expect(linesOf({ 'setup.py': '', 'tests/test_a.py': 'import pytest\n' })).toEqual([command]);
});

test('without pytest the tests of Python are run by unittest, from where they lie', () => {
  const alone = linesOf({ 'pyproject.toml': '', 'tests/test_a.py': 'import unittest\n' });
  const packed = linesOf({ 'pyproject.toml': '', 'tests/__init__.py': '', 'tests/test_a.py': 'import unittest\n' });

  const end = `2>${report}; code=$?; cat ${report} >&2; exit $code`;
  expect(alone).toEqual([`test $ .venv/bin/python -m unittest discover -v -s tests ${end}`]);
  expect(packed).toEqual([`test $ .venv/bin/python -m unittest discover -v ${end}`]);
});

test('pytest is installed where only the tests speak of it', () => {
  const [check] = checksOf({ 'setup.cfg': '', 'tests/test_a.py': 'import pytest\n' });

  expect(check?.setup.commands).toEqual([
    'python3 -m venv --system-site-packages .venv',
    '.venv/bin/python -m pytest --version || .venv/bin/python -m pip install pytest',
  ]);
});

test('what Python needs is installed beside the code, by the tool of the lock file', () => {
  const setUps = [
    { 'pyproject.toml': '[project]\nname="a"\n[project.optional-dependencies]\ntest=["pytest"]', 'conftest.py': '' },
    { 'pyproject.toml': '[tool.mypy]\nfiles = "src"', 'uv.lock': '' },
  ].map((files) => checksOf(files)[0]?.setup);

  expect(setUps[0]?.commands).toEqual([
    'python3 -m venv --system-site-packages .venv',
    ".venv/bin/python -m pip install -e '.[test]'",
    '.venv/bin/python -m pytest --version || .venv/bin/python -m pip install pytest',
  ]);
  expect(setUps[1]).toEqual({
    directory: '',
    commands: ['uv sync --frozen --all-extras'],
    cacheKey: ['uv.lock', 'pyproject.toml'],
  });
});

test('Go, Rust, Maven, Gradle, Ruby, PHP and Deno are found by their manifests', () => {
  const runners = (files: Readonly<Record<string, string>>) =>
    checksOf(files).map(({ kind, runner, report: source }) => `${kind} ${runner} ${source?.format ?? '-'}`);

  expect(runners({ 'go.mod': '', 'go.sum': '' })).toEqual(['test go go-test', 'lint go -', 'build go -']);
  expect(runners({ 'Cargo.toml': '' })).toEqual(['test cargo cargo-test', 'types cargo -', 'build cargo -']);
  expect(runners({ 'pom.xml': '' })).toEqual(['test maven junit', 'build maven -']);
  expect(runners({ 'build.gradle.kts': '' })).toEqual(['test gradle junit', 'build gradle -']);
  expect(runners({ Gemfile: 'gem "rspec"\ngem "rubocop"' })).toEqual(['test rspec rspec-json', 'lint rubocop -']);
  expect(runners({ 'composer.json': '{"require-dev":{"phpunit/phpunit":"1"}}' })).toEqual(['test phpunit junit']);
  expect(runners({ 'deno.json': '{}' })).toEqual(['test deno junit', 'lint deno -', 'types deno -']);
});

test('members of a Cargo workspace are tested by its root, with all members', () => {
  const lines = linesOf({ 'Cargo.toml': '[workspace]\nmembers = ["a"]', 'a/Cargo.toml': '', 'Cargo.lock': '' });

  expect(lines[0]).toContain('cargo test --workspace --no-fail-fast');
  expect(lines).toHaveLength(3);
});

test('a Makefile speaks where no manifest tells of tests', () => {
  const makefile = 'CC := cc\nall: a\n\t$(CC) a.c\ncheck: all\n\t./a\n';

  expect(linesOf({ Makefile: makefile })).toEqual(['test $ make check', 'build $ make all']);
  expect(linesOf({ Makefile: makefile, 'go.mod': '' })).not.toContain('test $ make check');
});

test('broken manifests offer nothing and break nothing', () => {
  expect(checksOf({ 'package.json': '{"scripts": [1', 'node_modules/a/package.json': node({ test: 'jest' }) })).toEqual(
    [],
  );
  expect(linesOf({ 'pyproject.toml': '[[[', 'tests/conftest.py': '' })).toHaveLength(1);
});

test('only what is needed is read of a repository', () => {
  const paths = [
    'package.json',
    'src/a.ts',
    'src/b/c/d/package.json',
    'node_modules/x/package.json',
    'Makefile',
    'README.md',
  ];

  expect(filesForChecks(paths)).toEqual(['package.json', 'Makefile']);
});
