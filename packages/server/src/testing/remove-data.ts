import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';

/** Removes a data directory whose server is gone. The disk of a box that was at work stays mounted, for a server that goes on with it. */
export function removeData(folder: string): void {
  for (const place of mountsIn(folder)) spawnSync('umount', ['--lazy', place]);
  rmSync(folder, { recursive: true, force: true });
}

/** What lies deeper comes first. */
function mountsIn(folder: string): string[] {
  try {
    const places = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[1] ?? '');
    return places.filter((place) => place.startsWith(`${folder}/`)).toReversed();
  } catch {
    // No Linux, no boxes.
    return [];
  }
}
