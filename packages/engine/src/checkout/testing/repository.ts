import { mkdir, writeFile } from 'node:fs/promises';
import { devNull } from 'node:os';
import { dirname, join } from 'node:path';
import { sharedStarter } from '#processes/index.ts';

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
    const request = { program: 'git', args: ['-C', folder, ...args], env: developer(), input: '', maxOutput: 1 << 28 };
    const { exitCode, stdout, stderr } = await sharedStarter().run(request);
    if (exitCode !== 0) throw new Error(`git ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
    return stdout.toString('utf8').replace(/\n$/, '');
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

function developer(): Record<string, string> {
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return { ...Object.fromEntries(inherited), ...identity };
}

const identity = {
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
};
