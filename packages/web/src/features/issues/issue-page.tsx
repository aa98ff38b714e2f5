import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { IssuesScreen } from '#features/issues/issues-screen.tsx';

const route = getRouteApi('/projects/$projectId/issues/$issueId');

/** One issue, to read, write and publish. */
export function IssuePage(): ReactNode {
  const { projectId } = route.useParams();
  return (
    <IssuesScreen projectId={projectId} page="Issues">
      {() => null}
    </IssuesScreen>
  );
}
