import { may } from '@yudai/contract';
import type { AuthStatus, Role } from '@yudai/contract';
import type { NavigateOptions } from '@tanstack/react-router';
import {
  Activity,
  BookMarked,
  CircleDot,
  Cpu,
  FilePen,
  FolderGit2,
  KeyRound,
  Lightbulb,
  MessageSquareText,
  MonitorSmartphone,
  Network,
  Package,
  PanelsTopLeft,
  Plus,
  ScrollText,
  Settings,
  SlidersHorizontal,
  TextSearch,
  User,
  UserCog,
  Users,
  Wrench,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { links } from '#lib/links.ts';
import { shortcuts } from '#ui/shortcuts.ts';

export interface PaletteItem {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly detail: string;
  readonly icon: LucideIcon;
  readonly isCode: boolean;
  /** Where it leads, or what it opens over the screen that is there. */
  readonly link: NavigateOptions | 'draft';
}

interface Place {
  readonly status: AuthStatus | undefined;
  /** The project at hand, with the person's role in it; null when there is none. */
  readonly project: { readonly id: string; readonly role: Role } | null;
}

/** Every screen that this person may open from here. */
export function screensOf({ status, project }: Place): PaletteItem[] {
  const isTeam = status?.mode === 'team';
  return [
    ...(project === null ? [] : projectScreens(project, isTeam)),
    goTo('projects', FolderGit2, links.projects()),
    goTo('jobs', Activity, links.jobs()),
    screen('settings', 'Settings', Settings, links.settings()),
    screen('connect', 'Connect a repository', Plus, links.projects({ connect: true })),
    ...(isTeam ? accountScreens() : []),
    screen('github', 'GitHub connection', BookMarked, links.github()),
    screen('models', 'Models', Cpu, links.models()),
    ...(isTeam && status.account?.administrator === true ? [screen('people', 'People', UserCog, links.people())] : []),
    screen('audit', 'Audit log', ScrollText, links.audit()),
  ];
}

function projectScreens(project: { readonly id: string; readonly role: Role }, isTeam: boolean): PaletteItem[] {
  const { id, role } = project;
  return [
    goTo('workbench', PanelsTopLeft, links.workbench(id)),
    goTo('chat', MessageSquareText, links.workbench(id, { chat: 'list' })),
    goTo('search', TextSearch, links.search(id)),
    goTo('graph', Network, links.graph(id)),
    goTo('issues', CircleDot, links.issues(id)),
    screen('ideas', 'Ideas', Lightbulb, links.ideas(id)),
    goTo('solves', Wrench, links.solves(id)),
    screen('solving', 'How this project is solved', SlidersHorizontal, links.solving(id)),
    ...(may(role, 'issues.write') ? [screen('draft', 'Draft an issue', FilePen, 'draft')] : []),
    screen('pack', 'Pack context for a model', Package, links.search(id, { pack: true })),
    ...(isTeam && may(role, 'members.read')
      ? [screen('members', 'Members of this project', Users, links.members(id))]
      : []),
  ];
}

/** About the person; there is nothing of it where nobody signs in. */
function accountScreens(): PaletteItem[] {
  return [
    screen('account', 'Account', User, links.account()),
    screen('sessions', 'Sessions', MonitorSmartphone, links.sessions()),
    screen('keys', 'API keys', KeyRound, links.keys()),
  ];
}

function goTo(
  id: 'projects' | 'workbench' | 'chat' | 'search' | 'graph' | 'issues' | 'solves' | 'jobs',
  icon: LucideIcon,
  link: NavigateOptions,
): PaletteItem {
  return { ...screen(id, shortcuts[id].label, icon, link), detail: shortcuts[id].keys };
}

function screen(id: string, label: string, icon: LucideIcon, link: PaletteItem['link']): PaletteItem {
  return { id, group: 'Go to', label, detail: '', icon, isCode: false, link };
}
