import { CheckoutError } from '#checkout/checkout-error.ts';
import { git } from '#checkout/run-git.ts';
import { requireOid } from '#checkout/scratch-index.ts';

const place = 'refs/yudai/';

/**
 * Gives a commit or a tree a name of ours, `refs/yudai/<name>`, so that it is kept when the packs of its git directory are joined. The same name again points to
 * the new one. Throws `bad_path`, `broken_repository`.
 */
export async function keepRef(options: {
  readonly gitDir: string;
  /** Letters, digits, `-`, `_` and `.`, in parts with `/` between them: `solves/slv_x/attempt-1`. */
  readonly name: string;
  /** The id of a commit or of a tree. */
  readonly object: string;
  readonly signal?: AbortSignal | undefined;
}): Promise<void> {
  const { gitDir, name, object, signal } = options;
  await git({ gitDir, signal, args: ['update-ref', `${place}${requireName(name)}`, requireOid(object)] });
}

/** Takes away a name of `keepRef`, or all that begin with it and a `/`. Safe to repeat. Throws `bad_path`, `broken_repository`. */
export async function dropRefs(options: {
  readonly gitDir: string;
  readonly prefix: string;
  readonly signal?: AbortSignal | undefined;
}): Promise<void> {
  const { gitDir, prefix, signal } = options;
  const args = ['for-each-ref', '--format=delete %(refname)', `${place}${requireName(prefix)}`];
  const listed = await git({ gitDir, signal, args });
  if (listed.length > 0) await git({ gitDir, signal, args: ['update-ref', '--stdin'], input: listed });
}

function requireName(name: string): string {
  const isGood = name
    .split('/')
    .every((part) => /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(part) && !/\.\.|\.lock$|\.$/.test(part));
  if (isGood && name.length <= 200) return name;
  throw new CheckoutError('bad_path', `“${name.slice(0, 200)}” cannot be the name of something that is kept.`);
}
