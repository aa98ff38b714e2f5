import type { ProjectSource } from '@yudai/contract';
import type { GitHub } from '#features/github/index.ts';
import type { Context } from '#kernel/context.ts';
import type { FetchableSource } from './source.ts';

/** What git can be pointed at: a folder, or a URL with the token for it. */
export interface Reached {
  readonly source: FetchableSource;
  /** For git's environment only. */
  readonly token: string | undefined;
  /** Of a repository on GitHub, as it is called there now. */
  readonly repository: { readonly id: number; readonly fullName: string } | null;
}

/** Turns a source into what git can fetch: a repository on GitHub is reached with the connection of the person in `ctx`. */
export async function reach(
  github: Pick<GitHub, 'cloneAccess'>,
  ctx: Context,
  source: ProjectSource,
  token: string | undefined,
): Promise<Reached> {
  if (source.kind === 'folder') return { source, token: undefined, repository: null };
  if (source.kind === 'git') return { source, token, repository: null };
  const access = await github.cloneAccess(ctx, source.repository);
  return {
    source: { kind: 'git', url: access.url },
    token: access.token,
    repository: { id: access.repositoryId, fullName: access.fullName },
  };
}

/** The source as it is stored and shown: never with a URL that was only git's way to a repository on GitHub. */
export function nameOf({ source, repository }: Reached): ProjectSource {
  return repository === null ? source : { kind: 'github', repository: repository.fullName };
}

export function addressOf(source: ProjectSource): string {
  switch (source.kind) {
    case 'folder':
      return source.path;
    case 'git':
      return source.url;
    case 'github':
      return source.repository;
  }
}
