import { ActionIcon, Button, Textarea } from '@mantine/core';
import { may, messageTextLimit } from '@yudai/contract';
import type { ChatMessage, Id, Project } from '@yudai/contract';
import { BookmarkPlus, ChevronLeft, ChevronRight, FilePen, GitFork, Pencil, RefreshCw, RotateCw } from 'lucide-react';
import { memo, useState } from 'react';
import type { ReactNode } from 'react';
import type { OpenSource } from '#features/chat/markdown/citation-chip.tsx';
import { MessageParts } from '#features/chat/message-parts.tsx';
import { factsOf, textOf } from '#features/chat/message-words.ts';
import { formatTime } from '#lib/format.ts';
import { CopyButton } from '#ui/copy-button.tsx';
import { PersonAvatar } from '#ui/person-avatar.tsx';
import { Tip } from '#ui/tip.tsx';

export interface MessageActions {
  readonly onOpen: OpenSource;
  readonly onRegenerate: (id: Id<'message'>) => void;
  readonly onResend: (id: Id<'message'>, text: string) => void;
  readonly onBranch: (id: Id<'message'>) => void;
  readonly onFork: (id: Id<'message'>) => void;
  readonly onKeep: (id: Id<'message'>) => void;
  /** Drafts an issue from it. */
  readonly onDraft: (message: ChatMessage) => void;
  readonly onAttachment: (id: Id<'attachment'>) => void;
  /** Shows what the turn was given. */
  readonly onContext: (id: Id<'message'>) => void;
}

interface Props {
  message: ChatMessage;
  project: Project;
  /** The person who looks, if they are known. */
  userId: string | undefined;
  /** An answer is on its way: nothing can be answered again now. */
  isBusy: boolean;
  /** What DAifu is doing, for the answer that is being written. */
  task: string | null;
  actions: MessageActions;
}

/** One message: a person's at the right, DAifu's at the left. */
export const MessageItem = memo(function MessageItem(props: Props): ReactNode {
  const { message, userId } = props;
  const [isEditing, setEditing] = useState(false);
  const isAnswer = message.role === 'assistant';
  const name = isAnswer ? 'DAifu' : message.author?.id === userId ? 'You' : (message.author?.name ?? 'Somebody');
  return (
    <article
      className="message"
      data-role={message.role}
      data-message={message.id}
      data-status={message.status}
      tabIndex={-1}
      aria-label={`${name}, ${formatTime(message.createdAt)}`}
    >
      <header className="message-author">
        {!isAnswer && message.author !== null && name !== 'You' && <PersonAvatar person={message.author} size={16} />}
        <span className={name === 'You' ? 'visually-hidden' : ''}>{name}</span>
      </header>
      {isEditing ? (
        <EditForm {...props} onClose={() => setEditing(false)} />
      ) : (
        <div className="message-body">
          <MessageParts message={message} onOpen={props.actions.onOpen} onAttachment={props.actions.onAttachment} />
          <Outcome {...props} />
        </div>
      )}
      {!isEditing && message.status !== 'streaming' && <Foot {...props} onEdit={() => setEditing(true)} />}
    </article>
  );
});

/** How an answer stands when it is not simply there. */
function Outcome({ message, task, isBusy, project, actions }: Props): ReactNode {
  if (message.status === 'streaming') {
    return (
      <p className="message-task muted">
        <span className="pulse" aria-hidden="true" />
        {task ?? 'Waiting'}
      </p>
    );
  }
  if (message.status === 'stopped') return <p className="muted message-note">Stopped. What was said stays.</p>;
  if (message.status !== 'failed') return null;
  return (
    <div className="message-failure" role="alert">
      <p>{message.error?.message ?? 'The answer failed.'}</p>
      {may(project.role, 'chat.write') && (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<RotateCw size={12} />}
          disabled={isBusy}
          onClick={() => actions.onRegenerate(message.id)}
        >
          Retry
        </Button>
      )}
    </div>
  );
}

function Foot({ message, project, isBusy, actions, onEdit }: Props & { onEdit: () => void }): ReactNode {
  const mayWrite = may(project.role, 'chat.write');
  const isAnswer = message.role === 'assistant';
  const facts = factsOf(message);
  return (
    <footer className="message-foot">
      <BranchSwitch message={message} isBusy={isBusy || !mayWrite} onBranch={actions.onBranch} />
      {facts !== '' && <span className="mono muted message-facts">{facts}</span>}
      {message.context !== null && (
        <button type="button" className="message-context" onClick={() => actions.onContext(message.id)}>
          {message.context.items.length} in context
        </button>
      )}
      <span className="message-actions">
        <CopyButton value={textOf(message)} label={isAnswer ? 'Copy the answer' : 'Copy the message'} />
        {mayWrite && isAnswer && message.status !== 'failed' && (
          <Action
            label="Answer again"
            isOff={isBusy}
            icon={RefreshCw}
            onClick={() => actions.onRegenerate(message.id)}
          />
        )}
        {mayWrite && !isAnswer && <Action label="Edit and send again" isOff={isBusy} icon={Pencil} onClick={onEdit} />}
        {mayWrite && <Action label="Fork from here" icon={GitFork} onClick={() => actions.onFork(message.id)} />}
        {may(project.role, 'cards.write') && textOf(message) !== '' && (
          <Action label="Keep as a card" icon={BookmarkPlus} onClick={() => actions.onKeep(message.id)} />
        )}
        {may(project.role, 'issues.write') && textOf(message) !== '' && (
          <Action label="Draft an issue from this" icon={FilePen} onClick={() => actions.onDraft(message)} />
        )}
      </span>
    </footer>
  );
}

function Action(props: { label: string; icon: typeof Pencil; isOff?: boolean; onClick: () => void }): ReactNode {
  const { label, icon: Icon, isOff = false, onClick } = props;
  return (
    <Tip label={label}>
      <ActionIcon aria-label={label} size={24} disabled={isOff} onClick={onClick}>
        <Icon size={13} />
      </ActionIcon>
    </Tip>
  );
}

/** Which of the messages at this place is shown, when there are several. */
function BranchSwitch(props: {
  message: ChatMessage;
  isBusy: boolean;
  onBranch: (id: Id<'message'>) => void;
}): ReactNode {
  const { siblings, id } = props.message;
  if (siblings.length < 2) return null;
  const place = siblings.indexOf(id);
  const step = (by: number) => {
    const next = siblings[place + by];
    return {
      size: 24,
      disabled: props.isBusy || next === undefined,
      onClick: () => {
        if (next !== undefined) props.onBranch(next);
      },
    };
  };
  return (
    <span className="branch-switch" role="group" aria-label="Versions">
      <ActionIcon aria-label="Version before" {...step(-1)}>
        <ChevronLeft size={13} />
      </ActionIcon>
      <span className="mono">
        {place + 1}/{siblings.length}
      </span>
      <ActionIcon aria-label="Next version" {...step(1)}>
        <ChevronRight size={13} />
      </ActionIcon>
    </span>
  );
}

function EditForm({ message, isBusy, actions, onClose }: Props & { onClose: () => void }): ReactNode {
  const [text, setText] = useState(textOf(message));
  const send = () => {
    if (text.trim() === '' || isBusy) return;
    actions.onResend(message.id, text);
    onClose();
  };
  return (
    <div className="message-edit">
      <Textarea
        aria-label="Edit the message"
        autosize
        minRows={2}
        maxRows={14}
        maxLength={messageTextLimit}
        data-autofocus
        autoFocus
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.stopPropagation();
            onClose();
          }
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <span className="row">
        <Button size="compact-sm" disabled={text.trim() === '' || isBusy} onClick={send}>
          Send in a branch of its own
        </Button>
        <Button size="compact-sm" variant="default" onClick={onClose}>
          Cancel
        </Button>
      </span>
    </div>
  );
}
