import { useMemo, useSyncExternalStore } from 'react';

/** The contract takes no more in one pack. */
export const mostPackPaths = 200;

const changed = 'yudai.pack';
const keyOf = (projectId: string) => `yudai.pack.${projectId}`;
// No path holds it.
const separator = '\0';

export interface PackPaths {
  /** Files that the next pack starts with, in the order they were chosen. */
  readonly paths: readonly string[];
  readonly toggle: (path: string) => void;
  readonly clear: () => void;
}

/** The files a person has put aside for a pack of this project, kept until the tab closes; every part of the screen sees the same. */
export function usePackPaths(projectId: string): PackPaths {
  const stored = useSyncExternalStore(subscribe, () => sessionStorage.getItem(keyOf(projectId)) ?? '');
  return useMemo(() => {
    const paths = stored === '' ? [] : stored.split(separator);
    return {
      paths,
      toggle: (path) => write(projectId, togglePath(paths, path)),
      clear: () => write(projectId, []),
    };
  }, [projectId, stored]);
}

/** With the path at the end, or without it if it was there. A full pack takes no more. */
export function togglePath(paths: readonly string[], path: string): readonly string[] {
  if (paths.includes(path)) return paths.filter((known) => known !== path);
  return paths.length < mostPackPaths ? [...paths, path] : paths;
}

function write(projectId: string, paths: readonly string[]): void {
  if (paths.length === 0) sessionStorage.removeItem(keyOf(projectId));
  else sessionStorage.setItem(keyOf(projectId), paths.join(separator));
  window.dispatchEvent(new Event(changed));
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener(changed, onChange);
  return () => window.removeEventListener(changed, onChange);
}
