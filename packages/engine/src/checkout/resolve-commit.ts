import { CheckoutError } from '#checkout/checkout-error.ts';
import { git } from '#checkout/run-git.ts';

export interface ResolvedCommit {
  /** Null when the name stands for a tree without a commit. */
  readonly commit: string | null;
  readonly tree: string;
}

/** The full ids of a commit or tree that is in our repository. Throws `unknown_ref`. */
export async function resolveCommit(
  gitDir: string,
  treeish: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ResolvedCommit> {
  const find = async (kind: 'commit' | 'tree') => {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${treeish}^{${kind}}`];
    try {
      return (await git({ gitDir, signal: options.signal, args })).toString('utf8').trim();
    } catch (error) {
      if (error instanceof CheckoutError && error.reason === 'broken_repository') return null;
      throw error;
    }
  };
  const tree = await find('tree');
  if (tree === null) throw new CheckoutError('unknown_ref', `“${treeish}” is not a commit of this repository.`);
  return { commit: await find('commit'), tree };
}
