import { mkdir, writeFile } from 'node:fs/promises';
import { devNull } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** A repository as a developer makes one, with plain git. */
export interface TestRepository {
  readonly folder: string;
  git(...args: string[]): Promise<string>;
  write(files: Readonly<Record<string, string | Buffer>>): Promise<void>;
  /** Writes the files, commits everything and returns the commit. */
  commit(message: string, files?: Readonly<Record<string, string | Buffer>>): Promise<string>;
}

export async function makeRepository(folder: string, options: readonly string[] = []): Promise<TestRepository> {
  await mkdir(folder, { recursive: true });
  const git = async (...args: string[]) => {
    const { stdout } = await execa('git', ['-C', folder, ...args], { env: developer, stdin: 'ignore' });
    return stdout;
  };
  const write = (files: Readonly<Record<string, string | Buffer>>) => writeFiles(folder, files);
  await git('init', '--quiet', '--initial-branch=main', ...options);
  return {
    folder,
    git,
    write,
    async commit(message, files = {}) {
      await write(files);
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '--message', message);
      return git('rev-parse', 'HEAD');
    },
  };
}

export async function writeFiles(folder: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

const developer = {
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};
