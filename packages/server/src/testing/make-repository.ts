import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Analysis, Id, Project } from '@yudai/contract';
import type { Client } from '@yudai/contract/client';
import type { Jobs } from '#platform/jobs/index.ts';
import { runGit } from './run-git.ts';

/** A git repository in a temporary folder. */
export interface TestRepository {
  readonly folder: string;
  /** Runs git in it and returns what it printed. */
  git(...args: string[]): Promise<string>;
  /** Writes files into the working tree. */
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
  /** Records the working tree. */
  commit(message: string): Promise<void>;
  /** Makes `branch` one commit of these paths, without writing a working tree: thousands of paths take a moment. */
  fastImport(branch: string, paths: Iterable<readonly [path: string, content: string]>): Promise<void>;
  remove(): Promise<void>;
}

/** A new repository on the branch `main`, with these files committed if there are any. */
export async function makeRepository(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<TestRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'yudai-repository-'));
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgSign=false'];
  const git = async (...args: string[]) => (await runGit(folder, [...identity, ...args])).toString('utf8').trim();
  const repository: TestRepository = {
    folder,
    git,
    write: async (written) => {
      for (const [path, content] of Object.entries(written)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
    },
    commit: async (message) => {
      await git('add', '--all', '--force');
      await git('commit', '--quiet', '--allow-empty', '--message', message);
    },
    fastImport: (branch, paths) => fastImport(folder, branch, paths),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  await git('init', '--quiet', '--initial-branch', 'main');
  await repository.write(files);
  if (Object.keys(files).length > 0) await repository.commit('Start');
  return repository;
}

/** Connects a folder and waits until it is indexed. */
export async function connectAndIndex(
  { client, app: { jobs } }: { client: Client; app: { jobs: Pick<Jobs, 'drain'> } },
  folder: string,
  ref?: string,
): Promise<{ project: Project; analysis: Analysis }> {
  const source = { kind: 'folder' as const, path: folder };
  const { project } = await client.projects.connect({ source, ...(ref === undefined ? {} : { ref }) });
  await jobs.drain();
  return { project: await client.projects.get({ id: project.id }), analysis: await lastAnalysis(client, project.id) };
}

/** The newest index run of a project. */
export async function lastAnalysis(client: Client, projectId: Id<'project'>): Promise<Analysis> {
  const [analysis] = (await client.codebase.analyses({ projectId, limit: 1 })).items;
  if (analysis === undefined) throw new Error('The project has no analysis.');
  return analysis;
}

async function fastImport(
  folder: string,
  branch: string,
  paths: Iterable<readonly [path: string, content: string]>,
): Promise<void> {
  const lines = [`commit refs/heads/${branch}\ncommitter Test <test@example.org> 1700000000 +0000\ndata 4\nmany\n`];
  for (const [path, content] of paths) {
    lines.push(`M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}\n`);
  }
  await runGit(folder, ['fast-import', '--quiet', '--force'], { input: `${lines.join('')}\n` });
}
