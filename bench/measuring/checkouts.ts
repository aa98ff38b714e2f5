import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Puts the files of a repository's HEAD into a new folder; the repository may be bare. */
export function checkOut(repository: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  // In a shell, because an archive of a large repository does not fit a buffer.
  execFileSync('sh', ['-c', 'git -C "$1" archive HEAD | tar -x -C "$2"', 'sh', repository, folder]);
}

/** Makes a repository with one commit of everything in a folder. */
export function commitAll(folder: string): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'gc.auto=0', ...args], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  git('init', '-q');
  git('add', '--all', '--force');
  git('commit', '-q', '-m', 'Everything');
}

/** The subjects of real commits, newest first, without merges. */
export function subjectsOf(repository: string, count: number): string[] {
  const text = execFileSync('git', ['-C', repository, 'log', '--no-merges', `-${count}`, '--format=%s', 'HEAD'], {
    encoding: 'utf8',
  });
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** A folder that is gone when the work is done. */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'yudai-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
