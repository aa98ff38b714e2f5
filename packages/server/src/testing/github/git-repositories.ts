import { existsSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { devNull } from 'node:os';
import { dirname, join } from 'node:path';
import { runGit } from '../run-git.ts';

export interface GitPerson {
  readonly name: string;
  readonly email: string;
}

export interface NewCommit {
  readonly branch: string;
  /** Where a new branch starts; without it, at nothing. */
  readonly from?: string | undefined;
  readonly message: string;
  readonly author: GitPerson;
  /** Contents by path; null removes the file. */
  readonly files: Readonly<Record<string, string | Uint8Array | null>>;
}

export interface ChangedFile {
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: 'added' | 'modified' | 'removed' | 'renamed';
  readonly additions: number;
  readonly deletions: number;
  readonly sha: string;
  readonly patch: string;
}

/** The real bare repositories behind the double. `fullName` is `owner/name`. */
export interface GitRepositories {
  readonly root: string;
  has(fullName: string): boolean;
  create(fullName: string, defaultBranch: string): Promise<void>;
  /** Makes a commit on a branch and returns it. */
  commit(fullName: string, commit: NewCommit): Promise<string>;
  git(fullName: string, ...args: string[]): Promise<string>;
  bytes(fullName: string, ...args: string[]): Promise<Buffer>;
  /** Branches by name, and the commit each stands at. */
  branches(fullName: string): Promise<Map<string, string>>;
  /** What a pull request changes: from the merge base to its head. */
  changedFiles(fullName: string, base: string, head: string): Promise<ChangedFile[]>;
}

export function createGitRepositories(root: string): GitRepositories {
  const directoryOf = (fullName: string) => join(root, `${fullName}.git`);
  const bytes = (fullName: string, ...args: string[]) => runGit(directoryOf(fullName), args, { env: gitEnvironment });
  const git = async (fullName: string, ...args: string[]) => (await bytes(fullName, ...args)).toString('utf8').trim();

  return {
    root,
    has: (fullName) => existsSync(directoryOf(fullName)),
    async create(fullName, defaultBranch) {
      await mkdir(dirname(directoryOf(fullName)), { recursive: true });
      await runGit(root, ['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, directoryOf(fullName)], {
        env: gitEnvironment,
      });
      await appendFile(
        join(directoryOf(fullName), 'config'),
        '[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n[http]\n\treceivepack = true\n',
      );
    },
    async commit(fullName, commit) {
      await fastImport(directoryOf(fullName), await startOf(git, fullName, commit), commit);
      return git(fullName, 'rev-parse', `refs/heads/${commit.branch}`);
    },
    git,
    bytes,
    async branches(fullName) {
      const lines = await git(fullName, 'for-each-ref', '--format=%(objectname) %(refname:lstrip=2)', 'refs/heads');
      return new Map(
        lines
          .split('\n')
          .filter(Boolean)
          .map((line) => [line.slice(41), line.slice(0, 40)]),
      );
    },
    async changedFiles(fullName, base, head) {
      const range = `${base}...${head}`;
      const raw = await git(fullName, 'diff', '--raw', '--no-abbrev', '-M', '-z', range);
      const counts = await git(fullName, 'diff', '--numstat', '--no-renames', range);
      const parts = raw.split('\0');
      const files: ChangedFile[] = [];
      for (let at = 0; at + 1 < parts.length;) {
        const [, , , sha = '', kind = ''] = (parts[at] ?? '').split(' ');
        const renamed = kind.startsWith('R');
        const path = parts[at + (renamed ? 2 : 1)] ?? '';
        const [, added = '0', removed = '0'] =
          new RegExp(`^(\\d+)\\t(\\d+)\\t${escapeRegExp(path)}$`, 'm').exec(counts) ?? [];
        const patch = await git(fullName, 'diff', range, '--', path);
        files.push({
          path,
          previousPath: renamed ? (parts[at + 1] ?? '') : null,
          status: renamed ? 'renamed' : kind === 'A' ? 'added' : kind === 'D' ? 'removed' : 'modified',
          additions: Number(added),
          deletions: Number(removed),
          sha,
          patch: patch.slice(Math.max(0, patch.indexOf('@@'))),
        });
        at += renamed ? 3 : 2;
      }
      return files;
    },
  };
}

const gitEnvironment = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_NOSYSTEM: '1',
  HOME: devNull,
};

async function startOf(
  git: GitRepositories['git'],
  fullName: string,
  { branch, from }: NewCommit,
): Promise<string | null> {
  const known = await git(fullName, 'for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`);
  if (known !== '') return known;
  return from === undefined ? null : git(fullName, 'rev-parse', from);
}

async function fastImport(directory: string, start: string | null, commit: NewCommit): Promise<void> {
  const message = Buffer.from(`${commit.message}\n`);
  const when = `${Math.floor(Date.now() / 1000)} +0000`;
  const person = `${commit.author.name} <${commit.author.email}> ${when}`;
  const parts: (string | Uint8Array)[] = [
    `commit refs/heads/${commit.branch}\nauthor ${person}\ncommitter ${person}\ndata ${message.length}\n`,
    message,
    start === null ? '\n' : `\nfrom ${start}\n`,
  ];
  for (const [path, content] of Object.entries(commit.files)) {
    if (content === null) {
      parts.push(`D ${path}\n`);
      continue;
    }
    const bytes = Buffer.from(content);
    parts.push(`M 100644 inline ${path}\ndata ${bytes.length}\n`, bytes, '\n');
  }
  const input = Buffer.concat([...parts, '\n'].map((part) => Buffer.from(part)));
  await runGit(directory, ['fast-import', '--quiet', '--force'], { input });
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
