import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The folder, of this one and those above it, that other users cannot pass through; null when there is none. */
export async function firstClosedFolder(folder: string): Promise<string | null> {
  for (let at = folder; ; at = dirname(at)) {
    const isOpen = await stat(at).then(
      ({ mode }) => (mode & 0o001) !== 0,
      // What does not exist yet is made open.
      () => true,
    );
    if (!isOpen) return at;
    if (at === dirname(at)) return null;
  }
}

/** What to do about a folder that is closed. */
export function openIt(folder: string): string {
  return `Run “chmod o+x ${folder}” (its contents stay unlisted), or keep boxes in another folder.`;
}
