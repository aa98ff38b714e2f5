import { ActionIcon } from '@mantine/core';
import { may } from '@yudai/contract';
import type { Project } from '@yudai/contract';
import { ArrowLeft, GitFork, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { ChatHeader } from '#features/chat/chat-header.tsx';
import type { Conversation } from '#features/chat/conversation.ts';
import { SessionMenu } from '#features/chat/session-menu.tsx';
import type { SessionActions } from '#features/chat/use-session-actions.ts';
import { PersonAvatar } from '#ui/person-avatar.tsx';
import { Tip } from '#ui/tip.tsx';

interface Props {
  conversation: Conversation;
  project: Project;
  userId: string | undefined;
  actions: SessionActions;
  onChat: (chat: string) => void;
  onClose: () => void;
}

/** What the conversation is called, who else is here, and what can be done with it. */
export function SessionHeader(props: Props): ReactNode {
  const { project, userId, actions, onChat } = props;
  const { session, present } = props.conversation;
  const others = present.filter(({ id }) => id !== userId);
  const mayWrite = may(project.role, 'chat.write');
  const from = session.forkedFrom;
  return (
    <ChatHeader
      mayWrite={mayWrite}
      actions={actions}
      onClose={props.onClose}
      title={
        <>
          <Tip label="All conversations">
            <ActionIcon aria-label="All conversations" onClick={() => onChat('list')}>
              <ArrowLeft size={15} />
            </ActionIcon>
          </Tip>
          <h2 className="truncate grow" title={session.title}>
            {session.title}
          </h2>
          {from !== null && (
            <Tip label="Show the conversation that this was forked from">
              <ActionIcon
                aria-label="Show the conversation that this was forked from"
                onClick={() => onChat(from.sessionId)}
              >
                <GitFork size={13} />
              </ActionIcon>
            </Tip>
          )}
          {session.visibility === 'project' && <Users size={13} aria-label="shared with the project" />}
          {others.length > 0 && (
            <ul className="chat-present" aria-label="Also here">
              {others.slice(0, 5).map((person) => (
                <li key={person.id} title={person.name}>
                  <PersonAvatar person={person} size={20} />
                  <span className="visually-hidden">{person.name}</span>
                </li>
              ))}
              {others.length > 5 && <li className="muted">+{others.length - 5}</li>}
            </ul>
          )}
        </>
      }
    >
      <SessionMenu session={session} project={project} actions={actions} mayWrite={mayWrite} />
    </ChatHeader>
  );
}
