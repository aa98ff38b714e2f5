import { parse } from 'smol-toml';
import { isRecord } from '#codebase/graph/resolve/untrusted.ts';
import { type Check, type ProjectFiles, type SetUp, reportFile } from '#verify/check.ts';
import { inDirectory } from '#verify/find/in-directory.ts';

interface PythonProject {
  readonly toml: Readonly<Record<string, unknown>>;
  /** Everything that its manifests say, to look for the names of tools in. */
  readonly manifests: string;
  readonly has: (name: string) => boolean;
}

/** The programs of the project stand in an environment of its own, beside its code. */
const python = '.venv/bin/python';

const requirements = [
  'requirements.txt',
  'requirements-dev.txt',
  'requirements-test.txt',
  'dev-requirements.txt',
  'test-requirements.txt',
];

/** What a Python project offers: pytest or else unittest, and the checkers that its manifests speak of. */
export function findPythonChecks(files: ProjectFiles, directory: string): Check[] {
  const project = readProject(files, directory);
  const test = testCheck(files, directory, project);
  const shared = { directory, setup: setUpOf(project, directory, test?.runner === 'pytest') };
  const lint = project.manifests.includes('ruff') || project.has('ruff.toml') || project.has('.ruff.toml');
  const types = project.has('mypy.ini') || /\bmypy\b/.test(project.manifests);
  return [
    ...(test === null ? [] : [{ ...shared, ...test, kind: 'test' as const }]),
    ...(lint ? [tool('lint', 'ruff', `${python} -m ruff check .`, shared)] : []),
    ...(types ? [tool('types', 'mypy', `${python} -m mypy ${targetOf(project)}`, shared)] : []),
  ];
}

function testCheck(
  files: ProjectFiles,
  directory: string,
  project: PythonProject,
): Pick<Check, 'command' | 'runner' | 'report'> | null {
  if (usesPytest(files, directory, project)) {
    return {
      // This family names the file of each test.
      command: `${python} -m pytest --junitxml=${reportFile} -o junit_family=xunit1 --continue-on-collection-errors`,
      runner: 'pytest',
      report: { format: 'junit', from: 'file' },
    };
  }
  const start = testDirectory(files, directory);
  if (start === null) return null;
  return {
    command: `${python} -m unittest discover -v ${start}2>${reportFile}; code=$?; cat ${reportFile} >&2; exit $code`,
    runner: 'unittest',
    report: { format: 'unittest', from: 'file' },
  };
}

function usesPytest(files: ProjectFiles, directory: string, { manifests, has, toml }: PythonProject): boolean {
  const tools = isRecord(toml['tool']) ? toml['tool'] : {};
  if (has('pytest.ini') || isRecord(tools['pytest']) || /\bpytest\b/.test(manifests)) return true;
  const inside = directory === '' ? '' : `${directory}/`;
  return files.paths.some(
    (path) =>
      path.startsWith(inside) &&
      (/(?:^|\/)conftest\.py$/.test(path) ||
        (/(?:^|\/)test_[^/]*\.py$/.test(path) && /^\s*(?:import|from) pytest\b/m.test(files.text(path) ?? ''))),
  );
}

/** Where unittest looks by itself is the whole project, if its tests lie in packages. Null without tests. */
function testDirectory(files: ProjectFiles, directory: string): string | null {
  const inside = directory === '' ? '' : `${directory}/`;
  const tests = files.paths.filter((path) => path.startsWith(inside) && /(?:^|\/)test[^/]*\.py$/.test(path));
  if (tests.length === 0) return null;
  const tops = new Set(
    tests.map((path) => path.slice(inside.length)).map((path) => (path.includes('/') ? path.split('/')[0] : '')),
  );
  const [top = ''] = tops;
  const isPackage = files.paths.includes(`${inside}${top}/__init__.py`);
  return tops.size === 1 && top !== '' && !isPackage && /^[\w.-]+$/.test(top) ? `-s ${top} ` : '';
}

function tool(
  kind: 'lint' | 'types',
  runner: string,
  command: string,
  shared: Pick<Check, 'directory' | 'setup'>,
): Check {
  return { ...shared, kind, runner, command, report: null };
}

/** mypy knows what to look at when its settings say so. */
function targetOf({ manifests }: PythonProject): string {
  return /^\s*(?:files|packages)\s*=/m.test(manifests) ? '' : '.';
}

function setUpOf({ toml, manifests, has }: PythonProject, directory: string, withPytest: boolean): SetUp {
  const lock = ['uv.lock', 'poetry.lock', 'Pipfile.lock'].find(has);
  const listed = requirements.filter(has);
  const own = ['pyproject.toml', 'setup.py', 'setup.cfg', 'Pipfile'].filter(has);
  const cacheKey = [...(lock === undefined ? [] : [lock]), ...own, ...listed].map((name) =>
    inDirectory(directory, name),
  );
  const commands = ((): string[] => {
    if (lock === 'uv.lock') return ['uv sync --frozen --all-extras'];
    if (lock === 'poetry.lock') return ['POETRY_VIRTUALENVS_IN_PROJECT=1 poetry install --no-interaction'];
    if (lock === 'Pipfile.lock') return ['PIPENV_VENV_IN_PROJECT=1 pipenv sync --dev'];
    const isPackage = isRecord(toml['build-system']) || isRecord(toml['project']) || has('setup.py');
    const wanted = [...(isPackage ? [`-e ${packageWithExtras(toml)}`] : []), ...listed.map((name) => `-r ${name}`)];
    // What the machine has is seen too, so that a project without dependencies needs no network.
    const install = wanted.length === 0 ? [] : [`${python} -m pip install ${wanted.join(' ')}`];
    const checkers = ['ruff', 'mypy'].filter((name) => new RegExp(`\\b${name}\\b`).test(manifests));
    const tools = [...(withPytest ? ['pytest'] : []), ...checkers];
    const add = tools.map((name) => `${python} -m ${name} --version || ${python} -m pip install ${name}`);
    return ['python3 -m venv --system-site-packages .venv', ...install, ...add];
  })();
  return { directory, commands, cacheKey };
}

function packageWithExtras(toml: Readonly<Record<string, unknown>>): string {
  const project = isRecord(toml['project']) ? toml['project'] : {};
  const extras = isRecord(project['optional-dependencies']) ? Object.keys(project['optional-dependencies']) : [];
  const wanted = extras.filter((name) => ['dev', 'test', 'tests', 'testing'].includes(name));
  return wanted.length === 0 ? '.' : `'.[${wanted.join(',')}]'`;
}

function readProject(files: ProjectFiles, directory: string): PythonProject {
  const textOf = (name: string) => files.text(inDirectory(directory, name));
  const has = (name: string) => files.paths.includes(inDirectory(directory, name));
  const toml = parseToml(textOf('pyproject.toml') ?? '');
  const names = ['pyproject.toml', 'setup.py', 'setup.cfg', 'tox.ini', 'Pipfile', 'mypy.ini', ...requirements];
  const manifests = names.flatMap((name) => textOf(name) ?? []).join('\n');
  return { toml, manifests, has };
}

function parseToml(text: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text);
  } catch {
    // A broken manifest still has a text to look into.
    return {};
  }
}
