import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ideaStatus, ideaStatuses, may } from '@yudai/contract';
import type { Idea, IdeaStatus, Project } from '@yudai/contract';
import { Lightbulb, Plus, ScanSearch } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import '#features/issues/ideas/ideas.css';
import { DraftIssueDialog } from '#features/issues/draft/draft-issue-dialog.tsx';
import { ideaSource } from '#features/issues/draft/draft-source.ts';
import { IdeaForm } from '#features/issues/ideas/idea-form.tsx';
import { IdeaList } from '#features/issues/ideas/idea-list.tsx';
import { filterWords } from '#features/issues/ideas/idea-words.ts';
import { SearchForm } from '#features/issues/ideas/search-form.tsx';
import { SearchStrip } from '#features/issues/ideas/search-strip.tsx';
import { useIdeas } from '#features/issues/ideas/use-ideas.ts';
import { IssuesScreen } from '#features/issues/issues-screen.tsx';
import { api } from '#lib/client.ts';
import { formatCount } from '#lib/format.ts';
import { Empty } from '#ui/empty.tsx';
import { Paged } from '#ui/paged.tsx';

const route = getRouteApi('/projects/$projectId/ideas');

type Open =
  | { readonly what: 'edit'; readonly idea: Idea | 'new' }
  | { readonly what: 'draft'; readonly idea: Idea }
  | { readonly what: 'search' };

/** What could be made better in a project and is no issue yet. */
export function IdeasPage(): ReactNode {
  const { projectId } = route.useParams();
  const [open, setOpen] = useState<Open | null>(null);
  return (
    <IssuesScreen
      projectId={projectId}
      page="Ideas"
      actions={(project) => may(project.role, 'issues.write') && <Actions onOpen={setOpen} />}
    >
      {(project) => <Ideas project={project} open={open} onOpen={setOpen} />}
    </IssuesScreen>
  );
}

function Actions({ onOpen }: { onOpen: (open: Open) => void }): ReactNode {
  return (
    <>
      <Button variant="default" leftSection={<ScanSearch size={14} />} onClick={() => onOpen({ what: 'search' })}>
        Look for ideas
      </Button>
      <Button leftSection={<Plus size={14} />} onClick={() => onOpen({ what: 'edit', idea: 'new' })}>
        New idea
      </Button>
    </>
  );
}

function Ideas(props: { project: Project; open: Open | null; onOpen: (open: Open | null) => void }): ReactNode {
  const { project, open, onOpen } = props;
  const { status = 'pending' } = route.useSearch();
  const ideas = useIdeas(project.id, status);
  const mayWrite = may(project.role, 'issues.write');
  const close = () => onOpen(null);
  return (
    <>
      <div className="ideas-filter">
        <StatusFilter projectId={project.id} status={status} />
      </div>
      {mayWrite && <SearchStrip projectId={project.id} />}
      <div className="page-scroll">
        <Paged
          list={ideas}
          loading="Loading the ideas"
          empty={<Nothing status={status} mayWrite={mayWrite} onOpen={onOpen} />}
        >
          {(items) => (
            <IdeaList
              project={project}
              ideas={items}
              mayWrite={mayWrite}
              onEdit={(idea) => onOpen({ what: 'edit', idea })}
              onDraft={(idea) => onOpen({ what: 'draft', idea })}
            />
          )}
        </Paged>
      </div>
      <IdeaForm project={project} edited={open?.what === 'edit' ? open.idea : null} onClose={close} />
      <SearchForm project={project} opened={open?.what === 'search'} onClose={close} />
      <DraftIssueDialog
        project={project}
        from={open?.what === 'draft' ? [ideaSource(open.idea)] : null}
        onClose={close}
      />
    </>
  );
}

/** Which ideas are shown, with how many there are of each. */
function StatusFilter({ projectId, status }: { projectId: string; status: IdeaStatus }): ReactNode {
  const navigate = route.useNavigate();
  const counts = useQuery(api.issues.statistics.queryOptions({ input: { projectId } })).data?.ideas;
  return (
    <SegmentedControl
      aria-label="Which ideas"
      value={status}
      onChange={(value) => {
        const next = ideaStatus.parse(value);
        void navigate({ search: next === 'pending' ? {} : { status: next } });
      }}
      data={ideaStatuses.map((value) => ({
        value,
        label: counts === undefined ? filterWords[value] : `${filterWords[value]} ${formatCount(counts[value])}`,
      }))}
    />
  );
}

function Nothing(props: { status: IdeaStatus; mayWrite: boolean; onOpen: (open: Open) => void }): ReactNode {
  const { status, mayWrite, onOpen } = props;
  if (status === 'promoted') return <Empty icon={Lightbulb} title="No idea has become an issue" />;
  if (status === 'dismissed') return <Empty icon={Lightbulb} title="No idea was put aside" />;
  return (
    <Empty
      icon={Lightbulb}
      title="No open ideas"
      text={
        mayWrite
          ? 'What would be worth doing one day: write it down, or have the code looked through for it.'
          : 'Members of the project keep here what would be worth doing one day.'
      }
    >
      {mayWrite && <Button onClick={() => onOpen({ what: 'search' })}>Look through the code</Button>}
    </Empty>
  );
}
