import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Archive, FolderGit2, Plus, Search, SearchX } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import '#features/projects/projects.css';
import { ConnectDialog } from '#features/projects/connect-dialog.tsx';
import { InvitationsToMe } from '#features/projects/members/invitations-to-me.tsx';
import { projectPages } from '#features/projects/project-pages.ts';
import { ProjectTable } from '#features/projects/project-table.tsx';
import { useAuthStatus } from '#lib/auth-status.ts';
import { withParam } from '#lib/search-params.ts';
import { usePageTitle } from '#lib/use-page-title.ts';
import { Empty } from '#ui/empty.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { ShowMore } from '#ui/show-more.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

const route = getRouteApi('/projects');

/** Every project of the person, newest first. */
export function ProjectsPage(): ReactNode {
  const { query = '', archived = false, connect = false } = route.useSearch();
  const navigate = route.useNavigate();
  const [text, setText] = useState(query);
  const [settled] = useDebouncedValue(text.trim(), 200);
  usePageTitle('Projects');
  useEffect(() => {
    void navigate({
      search: (search) => withParam(search, 'query', settled === '' ? undefined : settled),
      replace: true,
    });
  }, [settled, navigate]);
  const setConnect = (isOpen: boolean) =>
    void navigate({ search: (search) => withParam(search, 'connect', isOpen || undefined), replace: true });

  return (
    <>
      <PageHeader
        actions={
          <Button leftSection={<Plus size={14} />} onClick={() => setConnect(true)}>
            Connect
          </Button>
        }
      >
        <h1>Projects</h1>
        <TextInput
          className="projects-search"
          aria-label="Find a project"
          placeholder="Find a project"
          leftSection={<Search size={13} />}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <SegmentedControl
          aria-label="Which projects"
          data={['Active', 'Archived']}
          value={archived ? 'Archived' : 'Active'}
          onChange={(value) =>
            void navigate({
              search: (search) => withParam(search, 'archived', value === 'Archived' || undefined),
            })
          }
        />
      </PageHeader>
      <InvitationsToMe />
      <ProjectList query={query} isArchived={archived} onConnect={() => setConnect(true)} />
      <ConnectDialog opened={connect} onClose={() => setConnect(false)} />
    </>
  );
}

function ProjectList(props: { query: string; isArchived: boolean; onConnect: () => void }): ReactNode {
  const { query, isArchived } = props;
  const list = useInfiniteQuery(
    projectPages({ ...(isArchived ? { archived: true } : {}), ...(query === '' ? {} : { query }) }),
  );
  if (list.isPending) return <SkeletonRows label="Loading projects" />;
  if (list.isError) return <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />;
  const projects = list.data.pages.flatMap((page) => page.items);
  if (projects.length === 0) return <NoProjects {...props} />;
  return (
    <div className="projects-scroll">
      <ProjectTable projects={projects} />
      <ShowMore list={list} />
    </div>
  );
}

function NoProjects(props: { query: string; isArchived: boolean; onConnect: () => void }): ReactNode {
  const isTeam = useAuthStatus()?.mode === 'team';
  if (props.query !== '') return <Empty icon={SearchX} title={`No project is called “${props.query}”`} />;
  if (props.isArchived) return <Empty icon={Archive} title="No project is archived" />;
  return (
    <Empty
      icon={FolderGit2}
      title="Connect your first repository"
      text={
        isTeam
          ? 'A repository on GitHub or an https address. Yudai indexes it on its own server; who is invited sees it too.'
          : 'A folder on this machine or an https address. Yudai indexes it here; nothing leaves this machine.'
      }
    >
      <Button mt={4} leftSection={<Plus size={14} />} onClick={props.onConnect}>
        Connect a repository
      </Button>
    </Empty>
  );
}
