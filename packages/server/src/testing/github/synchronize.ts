import type { EmulatedAnswer, Emulator } from './emulator.ts';
import type { GitRepositories } from './git-repositories.ts';
import { objectOf, textOf } from './json.ts';

/**
 * Brings the emulator to what the real repository holds: every commit with its blobs and tree, then the branches. The emulator computes
 * the same hashes as git, and a hash that differs is an error here.
 */
export async function synchronize(
  { emulator, repositories }: { readonly emulator: Emulator; readonly repositories: GitRepositories },
  fullName: string,
  login: string,
  known: KnownObjects,
): Promise<void> {
  const ask = async (method: string, path: string, body: Parameters<Emulator['ask']>[0]['body']) =>
    succeeded(await emulator.ask({ method, path: `/repos/${fullName}${path}`, as: { login }, body }), path);
  const branches = await repositories.branches(fullName);
  const all = await repositories.git(fullName, 'rev-list', '--reverse', '--topo-order', '--branches');
  for (const commit of all.split('\n').filter((sha) => sha !== '' && !known.commits.has(sha))) {
    const entries = parseTree((await repositories.bytes(fullName, 'ls-tree', '-r', '-z', commit)).toString('utf8'));
    for (const { sha } of entries.filter((entry) => !known.blobs.has(entry.sha))) {
      const content = (await repositories.bytes(fullName, 'cat-file', 'blob', sha)).toString('base64');
      await ask('POST', '/git/blobs', { content, encoding: 'base64' });
      known.blobs.add(sha);
    }
    const tree = entries.length === 0 ? null : objectOf(await ask('POST', '/git/trees', { tree: entries }));
    const raw = (await repositories.bytes(fullName, 'cat-file', 'commit', commit)).toString('utf8');
    const format = '--format=%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI';
    const described = (await repositories.git(fullName, 'show', '-s', format, commit)).split('\0');
    const [treeSha = '', parents = '', an = '', ae = '', ad = '', cn = '', ce = '', cd = ''] = described;
    const made = objectOf(
      await ask('POST', '/git/commits', {
        message: raw.slice(raw.indexOf('\n\n') + 2).replace(/\n$/, ''),
        tree: tree === null ? treeSha : textOf(tree['sha']),
        parents: parents.split(' ').filter(Boolean),
        author: { name: an, email: ae, date: ad },
        committer: { name: cn, email: ce, date: cd },
      }),
    );
    if (made['sha'] !== commit) throw new Error(`The emulator has ${textOf(made['sha'])} for the commit ${commit}.`);
    known.commits.add(commit);
  }
  for (const [name, sha] of branches) {
    if (known.branches.get(name) === sha) continue;
    const exists = known.branches.has(name);
    if (exists) await ask('PATCH', `/git/refs/heads/${name}`, { sha, force: true });
    else await ask('POST', '/git/refs', { ref: `refs/heads/${name}`, sha });
    known.branches.set(name, sha);
  }
  for (const name of [...known.branches.keys()].filter((branch) => !branches.has(branch))) {
    await ask('DELETE', `/git/refs/heads/${name}`, undefined);
    known.branches.delete(name);
  }
}

/** What of a repository the emulator has. */
export interface KnownObjects {
  readonly commits: Set<string>;
  readonly blobs: Set<string>;
  readonly branches: Map<string, string>;
}

export function nothingKnown(): KnownObjects {
  return { commits: new Set(), blobs: new Set(), branches: new Map() };
}

function parseTree(text: string): { path: string; mode: string; type: string; sha: string }[] {
  return text
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const [head = '', path = ''] = line.split('\t');
      const [mode = '', type = '', sha = ''] = head.split(' ');
      return { path, mode, type, sha };
    });
}

function succeeded({ status, body }: EmulatedAnswer, what: string): EmulatedAnswer['body'] {
  if (status >= 300) throw new Error(`The emulator answered ${status} to ${what}: ${JSON.stringify(body)}`);
  return body;
}
