import { ActionIcon, Menu } from '@mantine/core';
import { may } from '@yudai/contract';
import type { Issue, Project } from '@yudai/contract';
import {
  Archive,
  ArchiveRestore,
  CircleCheck,
  CircleDot,
  Download,
  Ellipsis,
  Trash2,
  WandSparkles,
} from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { CloseDialog } from '#features/issues/close-dialog.tsx';
import { RegenerateDialog } from '#features/issues/regenerate-dialog.tsx';
import { RemoveDialog } from '#features/issues/remove-dialog.tsx';
import { useIssueDeeds } from '#features/issues/use-issue-deeds.ts';

type Open = 'write' | 'close' | 'remove' | null;

/** What can be done with an issue as a whole, by who may. */
export function IssueMenu(props: { project: Project; issue: Issue; isDirty: boolean }): ReactNode {
  const { project, issue, isDirty } = props;
  const [open, setOpen] = useState<Open>(null);
  const deeds = useIssueDeeds(issue);
  const mayWrite = may(project.role, 'issues.write');
  const mayPublish = may(project.role, 'issues.publish');
  const isTaken = issue.writingJobId !== null || issue.publishingJobId !== null;
  const close = () => setOpen(null);
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label="More actions">
            <Ellipsis size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Download size={13} />} onClick={deeds.download}>
            Download as Markdown
          </Menu.Item>
          {mayWrite && (
            <Menu.Item
              leftSection={<WandSparkles size={13} />}
              disabled={isTaken || isDirty}
              onClick={() => setOpen('write')}
            >
              Have it written again…
            </Menu.Item>
          )}
          {mayPublish && issue.status !== 'closed' && (
            <Menu.Item leftSection={<CircleCheck size={13} />} disabled={isTaken} onClick={() => setOpen('close')}>
              Close…
            </Menu.Item>
          )}
          {mayPublish && issue.status === 'closed' && (
            <Menu.Item leftSection={<CircleDot size={13} />} disabled={isTaken} onClick={deeds.reopen}>
              Open again
            </Menu.Item>
          )}
          {mayWrite && (
            <Menu.Item
              leftSection={issue.archived ? <ArchiveRestore size={13} /> : <Archive size={13} />}
              onClick={issue.archived ? deeds.unarchive : deeds.archive}
            >
              {issue.archived ? 'Take out of the archive' : 'Archive'}
            </Menu.Item>
          )}
          {mayWrite && issue.github === null && (
            <Menu.Item
              color="red"
              leftSection={<Trash2 size={13} />}
              disabled={isTaken}
              onClick={() => setOpen('remove')}
            >
              Delete the draft…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <RegenerateDialog issue={issue} opened={open === 'write'} onClose={close} />
      <CloseDialog issue={issue} opened={open === 'close'} onClose={close} />
      <RemoveDialog issue={issue} opened={open === 'remove'} onClose={close} />
    </>
  );
}
