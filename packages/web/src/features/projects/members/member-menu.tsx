import { ActionIcon, Menu } from '@mantine/core';
import { may } from '@yudai/contract';
import type { Member, Project } from '@yudai/contract';
import { Crown, Ellipsis, LogOut, UserMinus } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { RemoveDialog } from '#features/projects/members/remove-dialog.tsx';
import { mayChange } from '#features/projects/members/role-words.ts';
import { TransferDialog } from '#features/projects/members/transfer-dialog.tsx';

/** What may be done with a member; nothing at all where nothing may. */
export function MemberMenu(props: { project: Project; member: Member; isMe: boolean }): ReactNode {
  const { project, member, isMe } = props;
  const [dialog, setDialog] = useState<'transfer' | 'remove' | null>(null);
  const mayTransfer = !isMe && may(project.role, 'project.transfer');
  const mayRemove = isMe ? member.role !== 'owner' : mayChange(project.role, member.role);
  if (!mayTransfer && !mayRemove) return null;
  const close = () => setDialog(null);
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label={`Actions for ${member.person.name}`}>
            <Ellipsis size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayTransfer && (
            <Menu.Item leftSection={<Crown size={13} />} onClick={() => setDialog('transfer')}>
              Make owner…
            </Menu.Item>
          )}
          {mayRemove && (
            <Menu.Item
              c="var(--danger)"
              leftSection={isMe ? <LogOut size={13} /> : <UserMinus size={13} />}
              onClick={() => setDialog('remove')}
            >
              {isMe ? 'Leave…' : 'Take out…'}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <TransferDialog project={project} member={member} opened={dialog === 'transfer'} onClose={close} />
      <RemoveDialog project={project} member={member} isMe={isMe} opened={dialog === 'remove'} onClose={close} />
    </>
  );
}
