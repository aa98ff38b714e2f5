import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import {
  Activity,
  Boxes,
  CircleDot,
  FolderGit2,
  Moon,
  Network,
  PanelsTopLeft,
  Search,
  Settings,
  Sun,
  TextSearch,
  Wrench,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { AnchorHTMLAttributes, ReactNode, Ref } from 'react';
import { useAuthStatus } from '#lib/auth-status.ts';
import { shortcuts } from '#ui/shortcuts.ts';
import { links } from '#lib/links.ts';
import { Tip } from '#ui/tip.tsx';

const exact = { exact: true, includeSearch: false };
const within = { exact: false, includeSearch: false };
const RailLink = createLink(RailAnchor);
const UserMenu = lazy(async () => ({ default: (await import('#features/accounts/user-menu.tsx')).UserMenu }));

/** The 48 px column of screens; along the bottom of a narrow window. */
export function Rail(props: { projectId: string | null; onPalette: () => void }): ReactNode {
  const { projectId } = props;
  const isTeam = useAuthStatus()?.mode === 'team';
  return (
    <nav className="rail" aria-label="Screens">
      <span className="logo" aria-hidden="true">
        <Boxes size={17} />
      </span>
      <RailLink activeOptions={exact} {...shortcuts.projects} icon={FolderGit2} {...links.projects()} />
      {projectId !== null && (
        <>
          <RailLink
            activeOptions={exact}
            {...shortcuts.workbench}
            icon={PanelsTopLeft}
            {...links.workbench(projectId)}
          />
          <RailLink activeOptions={exact} {...shortcuts.search} icon={TextSearch} {...links.search(projectId)} />
          <RailLink activeOptions={exact} {...shortcuts.graph} icon={Network} {...links.graph(projectId)} />
          <RailLink activeOptions={within} {...shortcuts.issues} icon={CircleDot} {...links.issues(projectId)} />
          <RailLink activeOptions={within} {...shortcuts.solves} icon={Wrench} {...links.solves(projectId)} />
        </>
      )}
      <RailLink activeOptions={exact} {...shortcuts.jobs} icon={Activity} {...links.jobs()} />
      <span className="rail-space" />
      <Tip label={shortcuts.palette.label} keys={shortcuts.palette.keys} position="right">
        <ActionIcon className="rail-item" aria-label={shortcuts.palette.label} onClick={props.onPalette}>
          <Search size={16} />
        </ActionIcon>
      </Tip>
      <ThemeButton />
      <RailLink activeOptions={within} label="Settings" icon={Settings} {...links.settings()} />
      {isTeam && (
        <Suspense fallback={<span className="rail-item" />}>
          <UserMenu />
        </Suspense>
      )}
    </nav>
  );
}

interface RailAnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  label: string;
  keys?: string;
  icon: LucideIcon;
  ref?: Ref<HTMLAnchorElement>;
}

function RailAnchor({ label, keys, icon: Icon, className, ...anchor }: RailAnchorProps): ReactNode {
  return (
    <Tip label={label} position="right" {...(keys === undefined ? {} : { keys })}>
      <a {...anchor} className={`rail-item ${className ?? ''}`} aria-label={label}>
        <Icon size={16} />
      </a>
    </Tip>
  );
}

function ThemeButton(): ReactNode {
  const { setColorScheme } = useMantineColorScheme();
  const next = useComputedColorScheme('dark') === 'dark' ? 'light' : 'dark';
  const label = `Switch to the ${next} theme`;
  return (
    <Tip label={label} position="right">
      <ActionIcon className="rail-item" aria-label={label} onClick={() => setColorScheme(next)}>
        {next === 'light' ? <Sun size={16} /> : <Moon size={16} />}
      </ActionIcon>
    </Tip>
  );
}
