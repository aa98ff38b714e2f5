import { ActionIcon, Button, Menu, SegmentedControl } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { may } from '@yudai/contract';
import type { ChatSession, Project } from '@yudai/contract';
import { Ellipsis, FileInput, MessagesSquare, Pin, SearchX, Users } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { ChatHeader } from '#features/chat/chat-header.tsx';
import { FoundMessages } from '#features/chat/found-messages.tsx';
import { SessionMenu } from '#features/chat/session-menu.tsx';
import { sessionPages } from '#features/chat/session-pages.ts';
import { useSessionActions } from '#features/chat/use-session-actions.ts';
import type { SessionActions } from '#features/chat/use-session-actions.ts';
import { formatAgo, formatNoun, formatTime } from '#lib/format.ts';
import { useNow } from '#lib/use-now.ts';
import { Empty } from '#ui/empty.tsx';
import { FilterBox } from '#ui/filter-box.tsx';
import { Paged } from '#ui/paged.tsx';
import { StateDot } from '#ui/state-dot.tsx';

interface Props {
  project: Project;
  onChat: (chat: string) => void;
  onClose: () => void;
  /** A message that a search found was chosen. */
  onFound: (sessionId: string, messageId: string) => void;
}

/** All conversations of a project, pinned and newest first, and what was said in them. */
export function SessionList(props: Props): ReactNode {
  const { project, onChat } = props;
  const [filter, setFilter] = useState('');
  const [query] = useDebouncedValue(filter.trim(), 250);
  const [isArchive, setArchive] = useState(false);
  const list = useRef<HTMLUListElement>(null);
  const sessions = useInfiniteQuery(sessionPages(project.id, { query, archived: isArchive }));
  const actions = useSessionActions(project.id, onChat);
  const mayWrite = may(project.role, 'chat.write');
  return (
    <>
      <ListHeader {...props} actions={actions} mayWrite={mayWrite} />
      <div className="chat-filter">
        <FilterBox label="Search conversations and what was said" value={filter} onChange={setFilter} list={list} />
        <SegmentedControl
          aria-label="Which conversations"
          value={isArchive ? 'archived' : 'open'}
          onChange={(value) => setArchive(value === 'archived')}
          data={[
            { value: 'open', label: 'Open' },
            { value: 'archived', label: 'Archived' },
          ]}
        />
      </div>
      <div className="chat-sessions">
        <Paged
          list={sessions}
          loading="Loading the conversations"
          empty={<Nothing isFiltered={query !== ''} isArchive={isArchive} mayWrite={mayWrite} actions={actions} />}
        >
          {(items) => (
            <ul ref={list} className="session-list" aria-label="Conversations">
              {items.map((session) => (
                <SessionRow key={session.id} session={session} {...props} actions={actions} mayWrite={mayWrite} />
              ))}
            </ul>
          )}
        </Paged>
        {query !== '' && <FoundMessages projectId={project.id} query={query} onFound={props.onFound} />}
      </div>
    </>
  );
}

function ListHeader(props: Props & { actions: SessionActions; mayWrite: boolean }): ReactNode {
  const { actions, mayWrite } = props;
  const input = useRef<HTMLInputElement>(null);
  return (
    <ChatHeader
      mayWrite={mayWrite}
      actions={actions}
      onClose={props.onClose}
      title={<h2 className="grow">Conversations</h2>}
    >
      {mayWrite && (
        <>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label="More about conversations">
                <Ellipsis size={15} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<FileInput size={13} />} onClick={() => input.current?.click()}>
                Import a conversation…
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <input
            ref={input}
            type="file"
            hidden
            aria-label="Conversation to import"
            accept="application/json,.json"
            onChange={(event) => {
              const [file] = event.target.files ?? [];
              // The same file can be chosen again.
              event.target.value = '';
              if (file !== undefined) actions.load(file);
            }}
          />
        </>
      )}
    </ChatHeader>
  );
}

interface RowProps {
  session: ChatSession;
  project: Project;
  actions: SessionActions;
  mayWrite: boolean;
  onChat: (chat: string) => void;
}

function SessionRow({ session, project, actions, mayWrite, onChat }: RowProps): ReactNode {
  const now = useNow();
  return (
    <li className="session-row">
      <button type="button" className="session-open" onClick={() => onChat(session.id)}>
        <span className="row">
          {session.pinned && <Pin size={11} aria-label="pinned" />}
          <span className="truncate bright">{session.title}</span>
          {session.visibility === 'project' && <Users size={11} aria-label="shared with the project" />}
        </span>
        <span className="row muted session-facts">
          {session.activeJobId !== null && <StateDot tone="accent">answering</StateDot>}
          <span>{formatNoun(session.messageCount, 'message')}</span>
          <time dateTime={session.lastActivityAt} title={formatTime(session.lastActivityAt)}>
            {formatAgo(session.lastActivityAt, now)}
          </time>
          {session.ref !== null && session.ref !== project.ref && <span className="mono truncate">{session.ref}</span>}
        </span>
      </button>
      <SessionMenu session={session} project={project} actions={actions} mayWrite={mayWrite} />
    </li>
  );
}

function Nothing(props: {
  isFiltered: boolean;
  isArchive: boolean;
  mayWrite: boolean;
  actions: SessionActions;
}): ReactNode {
  const { isFiltered, isArchive, mayWrite, actions } = props;
  if (isFiltered) return <Empty icon={SearchX} title="No conversation has this name" />;
  if (isArchive) return <Empty icon={MessagesSquare} title="Nothing is archived" />;
  return (
    <Empty
      icon={MessagesSquare}
      title="Ask DAifu about this code"
      text={
        mayWrite
          ? 'Answers name the lines that they rest on, and what is worth keeping becomes a card.'
          : 'Nobody has shared a conversation with the project yet.'
      }
    >
      {mayWrite && (
        <Button loading={actions.isCreating} onClick={actions.create}>
          Begin a conversation
        </Button>
      )}
    </Empty>
  );
}
