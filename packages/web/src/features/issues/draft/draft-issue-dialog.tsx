import { Modal } from '@mantine/core';
import type { Project } from '@yudai/contract';
import { lazy, Suspense } from 'react';
import type { ReactNode } from 'react';
import type { DraftSource } from '#features/issues/draft/draft-source.ts';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

const DraftForm = lazy(async () => ({ default: (await import('#features/issues/draft/draft-form.tsx')).DraftForm }));

export interface DraftIssueProps {
  project: Project;
  /** What the issue is drafted from, empty for a wish alone; null while the dialog is closed. */
  from: readonly DraftSource[] | null;
  onClose: () => void;
}

/** Has an issue written, or begins one by hand. Offered to who may write issues; afterwards the issue's own page is open. */
export function DraftIssueDialog({ project, from, onClose }: DraftIssueProps): ReactNode {
  return (
    <Modal
      opened={from !== null}
      onClose={onClose}
      title="Draft an issue"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {/* Mounted anew each time: nothing of an earlier draft is kept. */}
      {from !== null && (
        <Suspense fallback={<SkeletonRows label="Loading the form" />}>
          <DraftForm project={project} from={from} onClose={onClose} />
        </Suspense>
      )}
    </Modal>
  );
}
