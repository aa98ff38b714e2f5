// Puts onto a Debian machine what the tests need besides npm packages; elsewhere says what is missing and how to get it.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runCommand } from './run-command.mjs';

const chromiumPaths = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The release whose pgvector source builds on Debian 12, which has no package of it. */
const pgvectorRelease = 'trixie';

/** Each need: how to see it, which packages bring it, and what a person elsewhere should do. */
const needs = [
  {
    name: 'chromium',
    present: () => process.env.CHROMIUM !== undefined || chromiumPaths.some((path) => existsSync(path)),
    install: installChromium,
    advice: 'Install Chromium (Debian: apt-get install chromium) or set CHROMIUM to a Chromium or Chrome binary.',
  },
  {
    name: 'bubblewrap',
    present: () => onPath('bwrap'),
    install: () => aptInstall(['bubblewrap']),
    advice: 'Install bubblewrap (Debian: apt-get install bubblewrap). It exists for Linux only.',
  },
  {
    name: 'socat',
    present: () => onPath('socat'),
    install: () => aptInstall(['socat']),
    advice: 'Install socat (Debian: apt-get install socat): boxes reach listed hosts through it.',
  },
  {
    name: 'python',
    present: () => onPath('python3'),
    install: () => aptInstall(['python3']),
    advice: 'Install Python 3 (Debian: apt-get install python3): a repository in Python is solved with its own runner.',
  },
  {
    name: 'go',
    present: () => onPath('go'),
    install: () => aptInstall(['golang-go']),
    advice: 'Install Go (Debian: apt-get install golang-go): a repository in Go is solved with its own runner.',
  },
  {
    name: 'postgres',
    present: () => process.env.TEST_DATABASE_URL !== undefined || postgresFolder() !== undefined,
    install: () => aptInstall(['postgresql']),
    advice:
      'Install PostgreSQL 15 or newer (Debian: apt-get install postgresql), or set TEST_DATABASE_URL to a throw-away database.',
  },
  {
    name: 'pgvector',
    present: () => process.env.TEST_DATABASE_URL !== undefined || hasVector(),
    install: installVector,
    advice:
      'Install pgvector for your PostgreSQL (Debian 13: postgresql-17-pgvector; or the pgvector/pgvector image with TEST_DATABASE_URL).',
  },
];

/** Installs what is missing where it can. Returns the names of what is still missing, having said how to get it. */
export async function prepareMachine() {
  const missing = [];
  for (const need of needs) {
    if (need.present()) continue;
    const trouble = canInstall()
      ? await installOne(need)
      : 'this is not Debian with root rights, so it has to be installed by hand';
    if (need.present()) continue;
    console.error(`${need.name} is missing: ${trouble}\n  ${need.advice}`);
    missing.push(need.name);
  }
  return missing;
}

/** Where the newest PostgreSQL server (15 or newer) has its programs, or undefined. */
export function postgresFolder() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).filter((name) => Number(name) >= 15) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(debian, version, 'bin'));
  return [...newestFirst, ...searchPath()].find(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  );
}

async function installOne(need) {
  console.error(`Installing ${need.name} …`);
  const { code, text } = await need.install();
  return code === 0 ? 'the installation did not bring it' : text.trim().split('\n').slice(-3).join('\n  ');
}

const canInstall = () => process.getuid?.() === 0 && existsSync('/etc/debian_version') && onPath('apt-get');
const searchPath = () => (process.env.PATH ?? '').split(delimiter);
const onPath = (program) => searchPath().some((folder) => existsSync(join(folder, program)));
const aptEnvironment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
const apt = (args) =>
  runCommand('apt-get', ['-q', '-y', '-o', 'DPkg::Lock::Timeout=120', ...args], { env: aptEnvironment });

async function aptInstall(names) {
  const install = ['install', '--no-install-recommends', ...names];
  const first = await apt(install);
  if (first.code === 0) return first;
  await apt(['update']);
  return apt(install);
}

/** Without what draws windows where there is a package of that, because it is smaller and quicker. */
async function installChromium() {
  const shell = await aptInstall(['chromium-headless-shell', 'fonts-liberation']);
  return shell.code === 0 ? shell : aptInstall(['chromium', 'fonts-liberation']);
}

function hasVector() {
  const folder = postgresFolder();
  if (folder === undefined) return false;
  const version = /postgresql\/(\d+)\//.exec(folder)?.[1];
  const places = [
    `/usr/share/postgresql/${version}/extension`,
    join(folder, '../share/postgresql/extension'),
    join(folder, '../share/extension'),
  ];
  return places.some((place) => existsSync(join(place, 'vector.control')));
}

async function installVector() {
  const version = /postgresql\/(\d+)\//.exec(postgresFolder() ?? '')?.[1];
  if (version === undefined) return { code: 1, text: 'there is no PostgreSQL to install it for' };
  const packaged = await apt(['install', '--no-install-recommends', `postgresql-${version}-pgvector`]);
  return packaged.code === 0 ? packaged : buildVector(version);
}

/** Debian 13's source, fetched and checked by apt with lists of its own, built against the server that is installed. */
async function buildVector(version) {
  const folder = mkdtempSync(join(tmpdir(), 'yudai-pgvector-'));
  try {
    const tools = await aptInstall([`postgresql-server-dev-${version}`, 'make', 'gcc', 'libc6-dev']);
    if (tools.code !== 0) return tools;
    const fetched = await fetchVectorSource(folder);
    if (fetched.code !== 0) return fetched;
    const archive = readdirSync(folder).find((name) => /^pgvector_.*\.orig\.tar\.\w+$/.test(name));
    if (archive === undefined) return { code: 1, text: `apt brought no source of pgvector: ${fetched.text}` };
    const script =
      'mkdir tree && tar -xf "$1" --strip-components=1 -C tree && cd tree && make -s with_llvm=no PG_CONFIG="$2" && make -s install with_llvm=no PG_CONFIG="$2"';
    return await runCommand('sh', ['-c', script, 'sh', archive, `/usr/lib/postgresql/${version}/bin/pg_config`], {
      cwd: folder,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fetchVectorSource(folder) {
  const mirror = debianMirror();
  if (mirror === undefined) return { code: 1, text: 'no Debian mirror is configured in /etc/apt' };
  const lists = join(folder, 'lists');
  mkdirSync(join(lists, 'partial'), { recursive: true });
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(join(folder, 'sources.list'), `deb-src [signed-by=${keyring}] ${mirror} ${pgvectorRelease} main\n`);
  const settings = {
    'Dir::Etc::SourceList': join(folder, 'sources.list'),
    'Dir::Etc::SourceParts': '-',
    'Dir::State::Lists': lists,
    'Dir::Cache': folder,
    'APT::Sandbox::User': 'root',
  };
  const privately = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const updated = await runCommand('apt-get', ['-q', ...privately, 'update'], { env: aptEnvironment });
  if (updated.code !== 0) return updated;
  return runCommand('apt-get', ['-q', ...privately, 'source', '--download-only', 'pgvector'], {
    env: aptEnvironment,
    cwd: folder,
  });
}

/** The archive this machine already uses, from either form of apt's source lists. */
function debianMirror() {
  const parts = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : []),
  ];
  const text = files
    .filter((path) => /\.(list|sources)$/.test(path) && existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const mirrors = [...text.matchAll(/^(?:URIs:|deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?)\s*(\S+)/gm)].map((match) => match[1]);
  return mirrors.find((url) => /\/debian\/?$/.test(url)) ?? mirrors.find((url) => !/security/.test(url));
}
