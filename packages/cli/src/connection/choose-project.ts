import { existsSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { idPrefixes, type Project, type ProjectSource } from '@yudai/contract';
import type { Client } from '@yudai/contract/client';
import { CliError } from '#exit-codes.ts';
import type { Terminal } from '#terminal.ts';

/**
 * The project a command is about: named by id, name or folder; else the one connected for the current folder or the nearest folder
 * above it. Throws `not_found` with what to do.
 */
export async function chooseProject(client: Client, terminal: Terminal, named: string | undefined): Promise<Project> {
  const projects = await allProjects(client, terminal.signal);
  if (named === undefined) {
    const here = projectOfFolder(projects, terminal.cwd);
    if (here !== undefined) return here;
    throw new CliError(
      'not_found',
      'This folder is not connected. Run `yudai index .` first, or name a project with --project.',
    );
  }
  const matches = projectsNamed(projects, named, terminal.cwd);
  const [match] = matches;
  if (match === undefined)
    throw new CliError('not_found', `There is no project "${named}". \`yudai projects\` lists them.`);
  if (matches.length > 1) {
    const ids = matches.map((project) => project.id).join(', ');
    throw new CliError('bad_request', `Several projects are called "${named}". Use an id: ${ids}.`);
  }
  return match;
}

/** Every project, archived ones last. */
export async function allProjects(client: Client, signal: AbortSignal): Promise<Project[]> {
  const projects: Project[] = [];
  for (const archived of [false, true]) {
    let cursor: string | undefined;
    do {
      const page = await client.projects.list({ archived, ...(cursor === undefined ? {} : { cursor }) }, { signal });
      projects.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }
  return projects;
}

/** The project whose source is exactly this one. */
export function projectOfSource(projects: readonly Project[], source: ProjectSource): Project | undefined {
  return projects.find(({ source: known }) => {
    if (known.kind === 'folder') return source.kind === 'folder' && realFolder(known.path) === source.path;
    if (known.kind === 'git') return source.kind === 'git' && known.url === source.url;
    return source.kind === 'github' && known.repository.toLowerCase() === source.repository.toLowerCase();
  });
}

/** `github:owner/name` is a repository that one's GitHub account may read; a URL is a git source; anything else is a folder, as its real path. Throws `not_found` when there is no such folder. */
export function toSource(text: string, cwd: string): ProjectSource {
  const [, repository] = /^github:([^/]+\/[^/]+)$/.exec(text) ?? [];
  if (repository !== undefined) return { kind: 'github', repository };
  if (text.startsWith('github:'))
    throw new CliError('bad_request', `"${text}" names no repository on GitHub. It looks like github:owner/name.`);
  // `scheme://…`, `helper::…` and `user@host:…` are addresses; which of them are acceptable the server says, in words.
  if (/^[a-z][a-z0-9+.-]*:(\/\/|:)|^[^/\s]+@[^/\s]+:/i.test(text)) return { kind: 'git', url: text };
  const path = resolve(cwd, text);
  if (!existsSync(path)) throw new CliError('not_found', `There is no folder ${path}.`);
  return { kind: 'folder', path: realFolder(path) };
}

function projectOfFolder(projects: readonly Project[], folder: string): Project | undefined {
  for (let path = realFolder(folder); ; path = dirname(path)) {
    const found = projectOfSource(projects, { kind: 'folder', path });
    if (found !== undefined || dirname(path) === path) return found;
  }
}

function projectsNamed(projects: readonly Project[], named: string, cwd: string): Project[] {
  if (named.startsWith(`${idPrefixes.project}_`)) return projects.filter((project) => project.id === named);
  const byName = projects.filter((project) => project.name === named);
  if (byName.length > 0) return byName;
  const path = resolve(cwd, named);
  const byFolder = existsSync(path) ? projectOfFolder(projects, path) : undefined;
  return byFolder === undefined ? [] : [byFolder];
}

function realFolder(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}
