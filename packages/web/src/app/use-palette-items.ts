import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { NavigateOptions } from '@tanstack/react-router';
import type { SearchHit } from '@yudai/contract';
import { File, FolderGit2, Hash, TextSearch } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { screensOf } from '#app/palette-screens.ts';
import type { PaletteItem } from '#app/palette-screens.ts';
import { projectPages } from '#features/projects/project-pages.ts';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { folderOf, nameOf } from '#lib/file-paths.ts';
import { links } from '#lib/links.ts';
import { formatLines } from '#lib/search-params.ts';

const perGroup = 8;

/**
 * What the palette offers for a text: files and symbols of the project first, then screens and projects. `settled` is the text once
 * typing has paused: only then is the server asked, while the rest follows each key, so that Enter never picks what was there before.
 */
export function usePaletteItems(
  projectId: string | null,
  query: string,
  settled: string,
): { items: PaletteItem[]; isSearching: boolean } {
  const isCodeSearch = projectId !== null && query.length > 1 && query === settled;
  const search = (mode: 'path' | 'symbol') =>
    api.codebase.search.queryOptions({
      input: { projectId: projectId ?? '', query, mode, limit: perGroup },
      enabled: isCodeSearch,
      retry: false,
    });
  const files = useQuery(search('path'));
  const symbols = useQuery(search('symbol'));
  const projects = useInfiniteQuery(projectPages({}));
  const status = useAuthStatus();
  // The project that was open last may be out of reach by now: then its screens are not offered.
  const current = useQuery(
    api.projects.get.queryOptions({ input: { id: projectId ?? '' }, enabled: projectId !== null }),
  ).data;
  const project = current === undefined || projectId === null ? null : { id: projectId, role: current.role };
  const fileItems =
    isCodeSearch && projectId !== null ? (files.data?.hits ?? []).map((hit) => fileItem(projectId, hit)) : [];
  const symbolItems =
    isCodeSearch && projectId !== null ? (symbols.data?.hits ?? []).map((hit) => symbolItem(projectId, hit)) : [];
  const found = (projects.data?.pages ?? []).flatMap((page) => page.items);
  const projectItems = found.map((project) => ({
    ...plain(`project ${project.id}`, 'Projects', project.name, FolderGit2, links.workbench(project.id)),
    detail: project.ref ?? '',
  }));
  const isMatch = (item: PaletteItem) => item.label.toLowerCase().includes(query.toLowerCase());
  return {
    items: [
      ...fileItems,
      ...symbolItems,
      ...screensOf({ status, project }).filter(isMatch),
      ...(project === null || query === '' ? [] : [searchFor(project.id, query)]),
      ...projectItems.filter(isMatch).slice(0, perGroup),
    ],
    isSearching: query !== settled || (isCodeSearch && (files.isFetching || symbols.isFetching)),
  };
}

function searchFor(projectId: string, query: string): PaletteItem {
  const label = `Search the code for “${query}”`;
  return plain('search-for', 'Go to', label, TextSearch, links.search(projectId, { q: query }));
}

function plain(id: string, group: string, label: string, icon: LucideIcon, link: NavigateOptions): PaletteItem {
  return { id, group, label, detail: '', icon, isCode: false, link };
}

function fileItem(projectId: string, hit: SearchHit): PaletteItem {
  return {
    id: `file ${hit.path}`,
    group: 'Files',
    label: nameOf(hit.path),
    detail: folderOf(hit.path),
    icon: File,
    isCode: true,
    link: links.workbench(projectId, { path: hit.path }),
  };
}

function symbolItem(projectId: string, hit: SearchHit): PaletteItem {
  const line = formatLines({ start: hit.startLine, end: hit.endLine });
  return {
    id: `symbol ${hit.cite} ${hit.symbol?.name ?? ''}`,
    group: 'Symbols',
    label: hit.symbol?.name ?? hit.path,
    detail: `${hit.path}:${hit.startLine}`,
    icon: Hash,
    isCode: true,
    link: links.workbench(projectId, { path: hit.path, line }),
  };
}
