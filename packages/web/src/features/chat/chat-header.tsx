import { ActionIcon } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { SessionActions } from '#features/chat/use-session-actions.ts';
import { Tip } from '#ui/tip.tsx';

interface Props {
  /** What stands at the left: where one is, and who else is there. */
  title: ReactNode;
  mayWrite: boolean;
  actions: Pick<SessionActions, 'create' | 'isCreating'>;
  onClose: () => void;
  /** What can be done besides beginning a conversation and closing the chat. */
  children: ReactNode;
}

/** The bar at the top of the chat. */
export function ChatHeader({ title, mayWrite, actions, onClose, children }: Props): ReactNode {
  return (
    <header className="chat-header">
      {title}
      {mayWrite && (
        <Tip label="New conversation">
          <ActionIcon aria-label="New conversation" loading={actions.isCreating} onClick={actions.create}>
            <Plus size={15} />
          </ActionIcon>
        </Tip>
      )}
      {children}
      <Tip label="Close the chat">
        <ActionIcon aria-label="Close the chat" onClick={onClose}>
          <X size={15} />
        </ActionIcon>
      </Tip>
    </header>
  );
}
