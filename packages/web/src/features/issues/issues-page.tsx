import { getRouteApi } from '@tanstack/react-router';
import { CircleDot } from 'lucide-react';
import type { ReactNode } from 'react';
import { IssuesScreen } from '#features/issues/issues-screen.tsx';
import { Empty } from '#ui/empty.tsx';

const route = getRouteApi('/projects/$projectId/issues');

/** The issues of a project that were written with Yudai. */
export function IssuesPage(): ReactNode {
  const { projectId } = route.useParams();
  return (
    <IssuesScreen projectId={projectId} page="Issues">
      {() => <Empty icon={CircleDot} title="No issues yet" />}
    </IssuesScreen>
  );
}
