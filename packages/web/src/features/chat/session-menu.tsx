import { ActionIcon, Button, Group, Menu, Modal, TextInput } from '@mantine/core';
import { may, sessionTitle } from '@yudai/contract';
import type { ChatSession, Project } from '@yudai/contract';
import {
  Archive,
  ArchiveRestore,
  BarChart3,
  Ellipsis,
  FileJson,
  FilePen,
  FileText,
  Lock,
  Pencil,
  Pin,
  PinOff,
  Trash2,
  Users,
} from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Statistics } from '#features/chat/statistics.tsx';
import type { SessionActions } from '#features/chat/use-session-actions.ts';
import { DraftIssueDialog } from '#features/issues/draft/draft-issue-dialog.tsx';
import { sessionSource } from '#features/issues/draft/draft-source.ts';
import { useAuthStatus } from '#lib/auth-status.ts';

interface Props {
  session: ChatSession;
  project: Project;
  actions: SessionActions;
  mayWrite: boolean;
}

type Open = 'rename' | 'delete' | 'statistics' | 'draft' | null;

/** What can be done with a conversation as a whole. */
export function SessionMenu(props: Props): ReactNode {
  const { session, project, actions, mayWrite } = props;
  const [open, setOpen] = useState<Open>(null);
  const auth = useAuthStatus();
  const isTeam = auth?.mode === 'team';
  const isMine = !isTeam || auth.account?.id === session.ownerId;
  const close = () => setOpen(null);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={`Actions for ${session.title}`}>
            <Ellipsis size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayWrite && (
            <>
              <Menu.Item leftSection={<Pencil size={13} />} onClick={() => setOpen('rename')}>
                Rename…
              </Menu.Item>
              <Menu.Item
                leftSection={session.pinned ? <PinOff size={13} /> : <Pin size={13} />}
                onClick={() => actions.pin(session)}
              >
                {session.pinned ? 'Unpin' : 'Pin'}
              </Menu.Item>
              <Menu.Item
                leftSection={session.archived ? <ArchiveRestore size={13} /> : <Archive size={13} />}
                onClick={() => actions.archive(session)}
              >
                {session.archived ? 'Take out of the archive' : 'Archive'}
              </Menu.Item>
              {isTeam && isMine && (
                <Menu.Item
                  leftSection={session.visibility === 'private' ? <Users size={13} /> : <Lock size={13} />}
                  onClick={() => actions.share(session)}
                >
                  {session.visibility === 'private' ? 'Share with the project' : 'Make private'}
                </Menu.Item>
              )}
              <Menu.Divider />
            </>
          )}
          {may(project.role, 'issues.write') && session.messageCount > 0 && (
            <Menu.Item leftSection={<FilePen size={13} />} onClick={() => setOpen('draft')}>
              Draft an issue…
            </Menu.Item>
          )}
          <Menu.Item leftSection={<BarChart3 size={13} />} onClick={() => setOpen('statistics')}>
            Statistics
          </Menu.Item>
          <Menu.Item leftSection={<FileText size={13} />} onClick={() => actions.save(session.id, 'markdown')}>
            Export as Markdown
          </Menu.Item>
          <Menu.Item leftSection={<FileJson size={13} />} onClick={() => actions.save(session.id, 'json')}>
            Export as JSON
          </Menu.Item>
          {mayWrite && (isMine || may(project.role, 'jobs.manage')) && (
            <>
              <Menu.Divider />
              <Menu.Item leftSection={<Trash2 size={13} />} color="red" onClick={() => setOpen('delete')}>
                Delete…
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Dialog title="Rename conversation" opened={open === 'rename'} onClose={close}>
        <RenameForm {...props} onClose={close} />
      </Dialog>
      <Dialog title={`Delete ${session.title}?`} opened={open === 'delete'} onClose={close}>
        <p className="dialog-text">
          This deletes everything that was said, for everybody who sees the conversation. It cannot be undone. Its cards
          and issues stay.
        </p>
        <Group justify="flex-end" mt="md">
          <Button variant="default" data-autofocus onClick={close}>
            Keep it
          </Button>
          <Button color="red.8" loading={actions.isRemoving} onClick={() => actions.remove(session.id)}>
            Delete conversation
          </Button>
        </Group>
      </Dialog>
      <Dialog title="Statistics" opened={open === 'statistics'} onClose={close}>
        <Statistics id={session.id} />
      </Dialog>
      <DraftIssueDialog project={project} from={open === 'draft' ? [sessionSource(session)] : null} onClose={close} />
    </>
  );
}

function Dialog(props: { title: string; opened: boolean; onClose: () => void; children: ReactNode }): ReactNode {
  return <Modal {...props} closeButtonProps={{ 'aria-label': 'Close' }} />;
}

function RenameForm({ session, actions, onClose }: Props & { onClose: () => void }): ReactNode {
  const [title, setTitle] = useState(session.title);
  const isValid = sessionTitle.safeParse(title).success;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isValid) return;
        actions.rename(session.id, title);
        onClose();
      }}
    >
      <TextInput
        label="Name"
        data-autofocus
        value={title}
        maxLength={200}
        onChange={(event) => setTitle(event.target.value)}
      />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={!isValid}>
          Rename
        </Button>
      </Group>
    </form>
  );
}
