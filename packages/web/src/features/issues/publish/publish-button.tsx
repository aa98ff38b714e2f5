import { Button } from '@mantine/core';
import type { Issue, Project } from '@yudai/contract';
import { Upload } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { PublishDialog } from '#features/issues/publish/publish-dialog.tsx';

/** The way to GitHub, by a look at what goes there. */
export function PublishButton(props: { project: Project; issue: Issue; isDirty: boolean }): ReactNode {
  const { issue } = props;
  const [isOpen, setOpen] = useState(false);
  // What has been published is shown by its number; the dialog stays until it is closed.
  if (issue.github !== null && !isOpen) return null;
  const isOffered = issue.github === null && issue.writingJobId === null;
  return (
    <>
      {isOffered && (
        <Button
          variant={props.isDirty ? 'default' : 'filled'}
          leftSection={<Upload size={13} aria-hidden="true" />}
          onClick={() => setOpen(true)}
        >
          Publish…
        </Button>
      )}
      <PublishDialog {...props} opened={isOpen} onClose={() => setOpen(false)} />
    </>
  );
}
