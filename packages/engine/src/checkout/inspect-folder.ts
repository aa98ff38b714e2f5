import { basename } from 'node:path';
import { readFolderHead, readFolderRefs } from '#checkout/folder-repository.ts';
import { type SourceInspection, listedNames } from '#checkout/inspect-remote.ts';
import { openFolder } from '#checkout/open-folder.ts';
import { newestFirst } from '#checkout/remote-refs.ts';

/** What a folder holds. `isRepository` is false for a plain folder; `currentBranch` is null when HEAD is on no branch. */
export interface FolderInspection extends SourceInspection {
  readonly isRepository: boolean;
  readonly currentBranch: string | null;
}

/** Looks at a local folder without running git in it. Throws `not_a_folder` or `unreadable`. */
export async function inspectFolder(path: string): Promise<FolderInspection> {
  const { path: real, repository } = await openFolder(path);
  const refs = repository === null ? new Map<string, string>() : await readFolderRefs(repository);
  const head = repository === null ? null : await readFolderHead(repository, refs);
  const names = (prefix: string) =>
    [...refs.keys()].filter((ref) => ref.startsWith(prefix)).map((ref) => ref.slice(prefix.length));
  const current = head?.branch ?? null;
  const branches = names('refs/heads/').toSorted((a, b) => Number(b === current) - Number(a === current));
  const tags = newestFirst(names('refs/tags/'));
  return {
    address: real,
    suggestedName: basename(real).replace(/\.git$/, '') || real,
    defaultRef: null,
    branches: branches.slice(0, listedNames),
    tags: tags.slice(0, listedNames),
    truncated: branches.length > listedNames || tags.length > listedNames,
    isRepository: repository !== null,
    currentBranch: current,
  };
}
