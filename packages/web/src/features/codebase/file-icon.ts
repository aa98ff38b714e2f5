import type { TreeEntry } from '@yudai/contract';
import {
  Database,
  File,
  FileCode2,
  FileCog,
  FileLock,
  FileSymlink,
  FileText,
  FlaskConical,
  FolderClosed,
  FolderGit2,
  Image,
  PanelTop,
  SquareTerminal,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { createElement } from 'react';
import type { ReactNode } from 'react';

const byCategory: Record<NonNullable<TreeEntry['category']>, LucideIcon> = {
  source: FileCode2,
  test: FlaskConical,
  web: PanelTop,
  docs: FileText,
  config: FileCog,
  scripts: SquareTerminal,
  data: Database,
  build: FileCog,
  project: FileCog,
  lock: FileLock,
  media: Image,
  other: File,
};

/** The picture of what a file is for. */
export function fileIcon(entry: Pick<TreeEntry, 'kind' | 'category'>): ReactNode {
  return createElement(iconOf(entry), { size: 13, className: 'tree-icon', 'aria-hidden': true });
}

function iconOf(entry: Pick<TreeEntry, 'kind' | 'category'>): LucideIcon {
  switch (entry.kind) {
    case 'directory':
      return FolderClosed;
    case 'submodule':
      return FolderGit2;
    case 'symlink':
      return FileSymlink;
    case 'file':
      return byCategory[entry.category ?? 'other'];
  }
}
