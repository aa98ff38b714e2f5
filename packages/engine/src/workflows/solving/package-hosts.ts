import { execa } from 'execa';

/** How the package managers of this machine say where they get packages from. */
const questions: readonly (readonly [program: string, ...args: string[]])[] = [
  ['npm', 'config', 'get', 'registry'],
  ['python3', '-m', 'pip', 'config', 'get', 'global.index-url'],
  // What pip goes to when nothing is set, and where the files are that it finds there.
  ['python3', '-c', 'from pip._internal.models.index import PyPI as p; print(p.url, p.file_storage_domain)'],
  ['go', 'env', 'GOPROXY', 'GOSUMDB'],
  ['gem', 'sources'],
];

const patienceMs = 10_000;

/**
 * Hosts from which the package managers of this machine install, as `host` or `host:port`: what boxes may reach for set-up without being told.
 * A mirror that the machine is set to is found so, and one that is not there says nothing. Takes about a second; never throws.
 */
export async function findPackageHosts(): Promise<string[]> {
  const answers = await Promise.all(
    questions.map(async ([program, ...args]) => {
      const { stdout } = await execa(program, args, { reject: false, timeout: patienceMs, stdin: 'ignore' });
      return hostsIn(stdout ?? '');
    }),
  );
  return [...new Set(answers.flat())];
}

/** URLs, and names with a dot that stand for themselves; without what only switches something on or off. */
export function hostsIn(text: string): string[] {
  return text.split(/[\s,|]+/).flatMap((word) => {
    const address = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(word) ? `https://${word}` : word;
    if (!/^https?:\/\//.test(address) || !URL.canParse(address)) return [];
    return [new URL(address).host];
  });
}
