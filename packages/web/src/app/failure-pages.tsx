import { Compass } from 'lucide-react';
import type { ReactNode } from 'react';
import { links } from '#lib/links.ts';
import { Empty } from '#ui/empty.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { LinkButton } from '#ui/link-button.tsx';

export function NotFoundPage(): ReactNode {
  return (
    <Empty
      icon={Compass}
      title="There is nothing at this address"
      text="It may have been deleted, or the link is wrong."
    >
      <LinkButton {...links.projects()}>Show projects</LinkButton>
    </Empty>
  );
}

/** The screen could not be drawn: an old chunk after an update, or a defect of ours. */
export function CrashPage(props: { error: unknown }): ReactNode {
  return <ErrorPanel error={props.error} onRetry={() => window.location.reload()} />;
}
