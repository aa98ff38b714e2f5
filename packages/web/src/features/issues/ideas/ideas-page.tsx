import { getRouteApi } from '@tanstack/react-router';
import { Lightbulb } from 'lucide-react';
import type { ReactNode } from 'react';
import { IssuesScreen } from '#features/issues/issues-screen.tsx';
import { Empty } from '#ui/empty.tsx';

const route = getRouteApi('/projects/$projectId/ideas');

/** What could be made better in a project and is no issue yet. */
export function IdeasPage(): ReactNode {
  const { projectId } = route.useParams();
  return (
    <IssuesScreen projectId={projectId} page="Ideas">
      {() => <Empty icon={Lightbulb} title="No ideas yet" />}
    </IssuesScreen>
  );
}
