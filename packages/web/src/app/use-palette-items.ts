import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { NavigateOptions } from '@tanstack/react-router';
import type { AuthStatus, SearchHit } from '@yudai/contract';
import {
  Activity,
  File,
  FolderGit2,
  Hash,
  KeyRound,
  MonitorSmartphone,
  Network,
  Package,
  PanelsTopLeft,
  Plus,
  Settings,
  TextSearch,
  User,
  Users,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { shortcuts } from '#ui/shortcuts.ts';
import { projectPages } from '#features/projects/project-pages.ts';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { folderOf, nameOf } from '#lib/file-paths.ts';
import { links } from '#lib/links.ts';
import { formatLines } from '#lib/search-params.ts';

export interface PaletteItem {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly detail: string;
  readonly icon: LucideIcon;
  readonly isCode: boolean;
  readonly link: NavigateOptions;
}

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
      ...[...screens(projectId, query), ...settingsPages(status)].filter(
        (item) => isMatch(item) || item.id === 'search-for',
      ),
      ...projectItems.filter(isMatch).slice(0, perGroup),
    ],
    isSearching: query !== settled || (isCodeSearch && (files.isFetching || symbols.isFetching)),
  };
}

function screens(projectId: string | null, query: string): PaletteItem[] {
  const go = (id: 'projects' | 'workbench' | 'search' | 'graph' | 'jobs', icon: LucideIcon, link: NavigateOptions) => ({
    ...plain(id, 'Go to', shortcuts[id].label, icon, link),
    detail: shortcuts[id].keys,
  });
  const ofProject =
    projectId === null
      ? []
      : [
          ...(query === ''
            ? []
            : [
                plain(
                  'search-for',
                  'Go to',
                  `Search the code for “${query}”`,
                  TextSearch,
                  links.search(projectId, { q: query }),
                ),
              ]),
          go('workbench', PanelsTopLeft, links.workbench(projectId)),
          go('search', TextSearch, links.search(projectId)),
          go('graph', Network, links.graph(projectId)),
          plain('pack', 'Go to', 'Pack context for a model', Package, links.search(projectId, { pack: true })),
        ];
  return [
    ...ofProject,
    go('projects', FolderGit2, links.projects()),
    go('jobs', Activity, links.jobs()),
    plain('settings', 'Go to', 'Settings', Settings, links.settings()),
    plain('connect', 'Go to', 'Connect a repository', Plus, links.projects({ connect: true })),
  ];
}

/** The pages of the settings that are about the person; there are none where nobody signs in. */
function settingsPages(status: AuthStatus | undefined): PaletteItem[] {
  if (status?.mode !== 'team') return [];
  return [
    plain('account', 'Go to', 'Account', User, links.account()),
    plain('sessions', 'Go to', 'Sessions', MonitorSmartphone, links.sessions()),
    plain('keys', 'Go to', 'API keys', KeyRound, links.keys()),
    ...(status.account?.administrator === true ? [plain('people', 'Go to', 'People', Users, links.people())] : []),
  ];
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
