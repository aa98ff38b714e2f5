import { access, constants, realpath, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { CheckoutError } from '#checkout/checkout-error.ts';
import { type FolderRepository, findFolderRepository } from '#checkout/folder-repository.ts';

export interface OpenedFolder {
  /** Absolute, with symbolic links resolved. */
  readonly path: string;
  /** Null when the folder is not a git repository. */
  readonly repository: FolderRepository | null;
}

/** Finds a folder a person named. Throws `not_a_folder` or `unreadable`, naming it. */
export async function openFolder(path: string): Promise<OpenedFolder> {
  if (!isAbsolute(path) || path.includes('\0')) {
    throw new CheckoutError('not_a_folder', `Write the whole path of the folder, from the root: “${path}” is not one.`);
  }
  const real = await realpath(path).catch((cause: unknown) => {
    throw isDenied(cause) ? unreadable(path, cause) : missing(path, cause);
  });
  if (!(await stat(real)).isDirectory()) {
    throw new CheckoutError('not_a_folder', `${path} is a file. Choose the folder of a project.`);
  }
  await access(real, constants.R_OK | constants.X_OK).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  return { path: real, repository: await findFolderRepository(real) };
}

function missing(path: string, cause: unknown): CheckoutError {
  return new CheckoutError('not_a_folder', `There is no folder ${path} on the machine that runs Yudai.`, { cause });
}

function unreadable(path: string, cause: unknown): CheckoutError {
  return new CheckoutError('unreadable', `Yudai may not read ${path}. Give the person who runs it access.`, { cause });
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
}
