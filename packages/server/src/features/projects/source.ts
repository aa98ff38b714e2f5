import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Id, ProjectSource, SourceInspection } from '@yudai/contract';
import {
  captureFolder,
  checkRemote,
  fetchMirror,
  inspectFolder,
  inspectRemote,
  type OnProgress,
  type RemotePolicy,
  removeMirror,
} from '@yudai/engine/checkout';
import { AppError } from '#kernel/app-error.ts';

export interface SourceSettings {
  readonly dataDir: string;
  /** Whether a person may name folders of this machine: only where the one user is its owner. */
  readonly allowFolders: boolean;
  readonly gitPolicy: RemotePolicy;
}

/** What git and the disk are read from; a repository on GitHub is a git URL by then. */
export type FetchableSource = Exclude<ProjectSource, { kind: 'github' }>;

/** A state of a project's files, as a git tree in its git directory. */
export interface Snapshot {
  readonly tree: string;
  /** The commit that it is, or that it was made from; null for a folder without one. */
  readonly commit: string | null;
  /** The branch or tag that it was taken from, when that is known. */
  readonly ref: string | null;
  /** What is not in the tree: files over 20 MB. */
  readonly oversized: readonly { readonly path: string; readonly size: number }[];
}

export interface SnapshotRequest {
  readonly source: FetchableSource;
  readonly ref: string | null;
  readonly token: string | undefined;
  readonly gitDir: string;
  readonly signal: AbortSignal;
  readonly onProgress?: OnProgress | undefined;
}

/** Everything that a project does with the outside: git directories of ours, folders and URLs of theirs. Throws CheckoutError. */
export interface Sources {
  gitDirOf(id: Id<'project'>): string;
  inspect(source: FetchableSource, token: string | undefined, signal: AbortSignal): Promise<SourceInspection>;
  /** Whether the source can be connected, without waiting for a network; returns it normalised. */
  check(
    source: FetchableSource,
    ref: string | undefined,
    signal: AbortSignal,
  ): Promise<{ source: FetchableSource; suggestedName: string }>;
  snapshot(request: SnapshotRequest): Promise<Snapshot>;
  remove(id: Id<'project'>): Promise<void>;
  /** Removes git directories that no project has: what a process that died while deleting left. */
  sweep(known: ReadonlySet<string>): Promise<void>;
}

export function createSources(settings: SourceSettings): Sources {
  const root = join(settings.dataDir, 'repositories');
  const policy = settings.gitPolicy;
  const gitDirOf = (id: string) => join(root, `${id}.git`);
  return {
    gitDirOf,
    async inspect(source, token, signal) {
      requireAllowed(source, settings);
      if (source.kind === 'folder') return toInspection(source.kind, await inspectFolder(source.path));
      return toInspection(source.kind, await inspectRemote({ url: source.url, token, policy, signal }));
    },
    async check(source, ref, signal) {
      requireAllowed(source, settings);
      if (source.kind === 'git') {
        const url = await checkRemote({ url: source.url, policy, signal });
        return { source: { kind: 'git', url }, suggestedName: url.replace(/\.git$/, '').replace(/^.*\//, '') };
      }
      const folder = await inspectFolder(source.path);
      if (ref !== undefined && !folder.isRepository) {
        throw new AppError(
          'invalid_input',
          'This folder is not a git repository, so it has no branches. Leave the branch out.',
        );
      }
      return { source: { kind: 'folder', path: folder.address }, suggestedName: folder.suggestedName };
    },
    async snapshot({ source, ref, token, gitDir, signal, onProgress }) {
      requireAllowed(source, settings);
      const common = { gitDir, ref: ref ?? undefined, signal, onProgress };
      if (source.kind === 'git') {
        const { tree, commit, ref: fetched } = await fetchMirror({ ...common, url: source.url, token, policy });
        return { tree, commit, ref: fetched, oversized: [] };
      }
      const { tree, commit, branch, oversized } = await captureFolder({ ...common, folder: source.path });
      return { tree, commit, ref: branch, oversized };
    },
    remove: (id) => removeMirror(gitDirOf(id)),
    async sweep(known) {
      for (const name of await readdir(root).catch(() => [])) {
        const id = name.replace(/\.git(\.partial-.*)?$/, '');
        if (!known.has(id)) await removeMirror(gitDirOf(id));
      }
    },
  };
}

function requireAllowed(source: FetchableSource, settings: SourceSettings): void {
  if (source.kind === 'git' || settings.allowFolders) return;
  throw new AppError(
    'forbidden',
    'Folders of the server cannot be connected when a team uses it. Connect a git URL instead.',
  );
}

function toInspection(
  kind: FetchableSource['kind'],
  found: Awaited<ReturnType<typeof inspectRemote>>,
): SourceInspection {
  const { address, suggestedName, defaultRef, branches, tags, truncated } = found;
  const source: FetchableSource = kind === 'git' ? { kind, url: address } : { kind, path: address };
  return { source, suggestedName, defaultRef, branches, tags, truncated };
}
