import { access } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { execa } from 'execa';
import type { BoxMount } from '#sandbox/index.ts';

/** Where packages come from on this machine, so that boxes install from the same places. */
export interface PackageSources {
  /** As `host` or `host:port`: what boxes may reach without being told. */
  readonly hosts: readonly string[];
  /** What tells package managers in a box of it. Never names and passwords: nothing that a box holds is a secret. */
  readonly env: Readonly<Record<string, string>>;
  /** The certificates that this machine trusts, those of a company's mirror among them. */
  readonly mounts: readonly BoxMount[];
}

interface Question {
  readonly ask: readonly [program: string, ...args: string[]];
  /** The variables of a box that its answers, line by line, belong into. */
  readonly tells?: readonly string[];
}

/** How the package managers of this machine say where they get packages from. */
const questions: readonly Question[] = [
  { ask: ['npm', 'config', 'get', 'registry'], tells: ['npm_config_registry'] },
  { ask: ['python3', '-m', 'pip', 'config', 'get', 'global.index-url'], tells: ['PIP_INDEX_URL'] },
  // What pip goes to when nothing is set, and where the files are that it finds there.
  { ask: ['python3', '-c', 'from pip._internal.models.index import PyPI as p; print(p.url, p.file_storage_domain)'] },
  { ask: ['go', 'env', 'GOPROXY', 'GOSUMDB'], tells: ['GOPROXY', 'GOSUMDB'] },
  { ask: ['gem', 'sources'] },
];

const patienceMs = 10_000;

/** Asks them all. A mirror that the machine is set to is found so, and one that is not there says nothing. Takes about a second; never throws. */
export async function findPackageSources(): Promise<PackageSources> {
  const [certificates, ...answers] = await Promise.all([
    findCertificates(),
    ...questions.map(async ({ ask: [program, ...args], tells = [] }) => {
      const { stdout, exitCode } = await execa(program, args, { reject: false, timeout: patienceMs, stdin: 'ignore' });
      const text = exitCode === 0 ? stdout : '';
      return { hosts: hostsIn(text), env: settingsIn(text, tells) };
    }),
  ]);
  return {
    hosts: [...new Set(answers.flatMap(({ hosts }) => hosts))],
    env: Object.assign({}, certificates.env, ...answers.map(({ env }) => env)),
    mounts: certificates.mounts,
  };
}

/** URLs, and names with a dot that stand for themselves; without what only switches something on or off. */
export function hostsIn(text: string): string[] {
  return text.split(/[\s,|]+/).flatMap((word) => {
    const address = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(word) ? `https://${word}` : word;
    if (!/^https?:\/\//.test(address) || !URL.canParse(address)) return [];
    return [new URL(address).host];
  });
}

/** A variable for each line that says something, without the names and passwords of its URLs. */
export function settingsIn(text: string, names: readonly string[]): Record<string, string> {
  const lines = text.split('\n').map((line) => line.trim().replaceAll(/(https?:\/\/)[^\s/@,|]*@/g, '$1'));
  return Object.fromEntries(
    names.flatMap((name, at) => {
      const line = lines[at] ?? '';
      return line === '' || line === 'undefined' ? [] : [[name, line]];
    }),
  );
}

/** Where systems keep all certificates that they trust in one file: Debian, Fedora, SUSE, Alpine. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const certificatesInBox = '/opt/certificates';

/** Programs that bring certificates of their own would know none of a company. */
async function findCertificates(): Promise<Pick<PackageSources, 'env' | 'mounts'>> {
  for (const bundle of bundles) {
    const isThere = await access(bundle).then(
      () => true,
      () => false,
    );
    if (!isThere) continue;
    const file = `${certificatesInBox}/${basename(bundle)}`;
    const names = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'PIP_CERT', 'REQUESTS_CA_BUNDLE', 'CARGO_HTTP_CAINFO'];
    return {
      env: Object.fromEntries(names.map((name) => [name, file])),
      mounts: [{ from: dirname(bundle), at: certificatesInBox }],
    };
  }
  return { env: {}, mounts: [] };
}
