import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { may } from '@yudai/contract';
import type { ChatMessage, Id, Project } from '@yudai/contract';
import { MessagesSquare } from 'lucide-react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Composer } from '#features/chat/composer/composer.tsx';
import { useDraft } from '#features/chat/composer/use-draft.ts';
import { ContextMeter } from '#features/chat/context/context-meter.tsx';
import { ContextPanel } from '#features/chat/context/context-panel.tsx';
import type { ConversationStore } from '#features/chat/conversation-store.ts';
import { shownMessages, waitingMessages } from '#features/chat/conversation.ts';
import type { Conversation } from '#features/chat/conversation.ts';
import { MessageItem } from '#features/chat/message-item.tsx';
import type { MessageActions } from '#features/chat/message-item.tsx';
import { MessageLog } from '#features/chat/message-log.tsx';
import { taskOf, textOf } from '#features/chat/message-words.ts';
import { SessionHeader } from '#features/chat/session-header.tsx';
import { TurnNotice } from '#features/chat/turn-notice.tsx';
import { useChatActions } from '#features/chat/use-chat-actions.ts';
import { useChatModels } from '#features/chat/use-chat-models.ts';
import { useConversation } from '#features/chat/use-conversation.ts';
import { useSessionIssues } from '#features/chat/use-session-issues.tsx';
import { useSessionActions } from '#features/chat/use-session-actions.ts';
import { WaitingList } from '#features/chat/waiting-list.tsx';
import { DraftIssueDialog } from '#features/issues/draft/draft-issue-dialog.tsx';
import { messageSource, sessionSource } from '#features/issues/draft/draft-source.ts';
import type { DraftSource } from '#features/issues/draft/draft-source.ts';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { isNotFound } from '#lib/error-message.ts';
import { links } from '#lib/links.ts';
import type { LineRange } from '#lib/search-params.ts';
import { Empty } from '#ui/empty.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

interface Props {
  project: Project;
  id: Id<'session'>;
  /** A message to begin at. */
  found: string | null;
  onChat: (chat: string) => void;
  onClose: () => void;
  onOpen: (path: string, lines: LineRange | null) => void;
}

/** One conversation: what was said, what is being said, and where to write. */
export function SessionView(props: Props): ReactNode {
  const { view, store } = useConversation(props.id);
  switch (view.state) {
    case 'loading':
      return <SkeletonRows label="Loading the conversation" />;
    case 'failed':
      return isNotFound(view.error) ? (
        <Empty
          icon={MessagesSquare}
          title="There is no such conversation"
          text="It may have been deleted, or is not shared with you."
        >
          <LinkButton {...links.workbench(props.project.id, { chat: 'list' })}>Show all conversations</LinkButton>
        </Empty>
      ) : (
        <ErrorPanel error={view.error} onRetry={() => store.retry()} />
      );
    case 'ready':
      return <Loaded {...props} conversation={view.shown} store={store} />;
  }
}

interface LoadedProps extends Props {
  conversation: Conversation;
  store: ConversationStore;
}

function Loaded(props: LoadedProps): ReactNode {
  const { project, conversation, store, id, onOpen } = props;
  const { session } = conversation;
  const auth = useAuthStatus();
  const userId = auth?.mode === 'team' ? auth.account?.id : project.ownerId;
  const mayWrite = may(project.role, 'chat.write');
  const isBusy = session.activeJobId !== null;
  const shown = useMemo(() => shownMessages(conversation), [conversation]);
  const [draft, setDraft] = useDraft(id);
  const [attachment, setAttachment] = useState<Id<'attachment'> | null>(null);
  // What is looked at: what the next turn gets, or what an answer got.
  const [context, setContext] = useState<'next' | Id<'message'> | null>(null);
  const [drafted, setDrafted] = useState<readonly DraftSource[] | null>(null);
  const actions = useChatActions(conversation, store);
  const sessionActions = useSessionActions(project.id, props.onChat);
  const issues = useSessionIssues(project, id);
  const models = useChatModels();
  const next = useNextContext(conversation, shown, draft, context === 'next');
  const given = context === 'next' || context === null ? next : (conversation.messages.get(context)?.context ?? null);
  const messageActions = useMessageActions(actions, {
    onOpen,
    onFork: (messageId) => sessionActions.fork(id, messageId),
    onAttachment: setAttachment,
    onContext: setContext,
    onDraft: (message) => setDrafted([messageSource(message, textOf(message)), sessionSource(session)]),
  });
  const takeBack = async (message: ChatMessage) => {
    await actions.unqueue(message.id);
    if (draft.trim() === '') setDraft(textOf(message));
  };
  const stopByKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || !isBusy || !mayWrite) return;
    event.preventDefault();
    event.stopPropagation();
    actions.stop();
  };
  return (
    <div className="chat-session" onKeyDown={stopByKey}>
      <SessionHeader {...props} userId={userId} actions={sessionActions} />
      <MessageLog
        messages={shown}
        hasEarlier={conversation.earlier !== null}
        isReadingEarlier={conversation.isReadingEarlier}
        onEarlier={() => void store.readEarlier().catch(() => {})} // It is asked for again when the top is seen again.
        focused={props.found}
        beginning={shown.length === 0 && <Beginning mayWrite={mayWrite} />}
      >
        {(message) => (
          <MessageItem
            key={message.id}
            message={message}
            project={project}
            userId={userId}
            isBusy={isBusy}
            task={message.status === 'streaming' ? taskOf(conversation.agent, message) : null}
            actions={messageActions}
          />
        )}
      </MessageLog>
      <TurnNotice jobId={session.activeJobId} missingModel={models.missing} />
      <WaitingList
        messages={waitingMessages(conversation)}
        mayWrite={mayWrite}
        onTakeBack={(message) => void takeBack(message).catch(() => {})} // A toast has said why.
      />
      {context !== null && (
        <ContextPanel
          project={project}
          sessionId={conversation.session.id}
          isNext={context === 'next'}
          context={given}
          cards={conversation.cards}
          dropped={conversation.dropped}
          mayWrite={mayWrite}
          isBusy={isBusy}
          actions={actions}
          onOpen={onOpen}
          onClose={() => setContext(null)}
        />
      )}
      <ContextMeter
        context={next}
        cards={conversation.cards.length}
        isOpen={context === 'next'}
        onToggle={() => setContext(context === 'next' ? null : 'next')}
      />
      {mayWrite ? (
        <Composer
          project={project}
          sessionId={id}
          draft={draft}
          onDraft={setDraft}
          isBusy={isBusy}
          hasMessages={shown.length > 0}
          models={models.models}
          model={models.model}
          onModel={models.choose}
          onSend={actions.send}
          onStop={actions.stop}
          onNew={sessionActions.create}
          onCompact={actions.compact}
          onExport={() => sessionActions.save(id, 'markdown')}
          onContext={() => setContext('next')}
          onCard={(card) => actions.addCard(card.id)}
          onDraftIssue={may(project.role, 'issues.write') ? () => setDrafted([sessionSource(session)]) : null}
          issueCommands={issues.commands}
        />
      ) : (
        <p className="muted chat-reader">You can read here. Members of the project can write.</p>
      )}
      <AttachmentText id={id} attachment={attachment} onClose={() => setAttachment(null)} />
      {issues.dialog}
      <DraftIssueDialog project={project} from={drafted} onClose={() => setDrafted(null)} />
    </div>
  );
}

/** The same object as long as the conversation is the same, so that messages that have not changed are not drawn again. */
function useMessageActions(
  actions: ReturnType<typeof useChatActions>,
  more: Pick<MessageActions, 'onOpen' | 'onFork' | 'onAttachment' | 'onContext' | 'onDraft'>,
): MessageActions {
  const latest = useRef({ actions, more });
  useLayoutEffect(() => {
    latest.current = { actions, more };
  });
  return useMemo(
    () => ({
      onOpen: (path, lines) => latest.current.more.onOpen(path, lines),
      onFork: (messageId) => latest.current.more.onFork(messageId),
      onAttachment: (attachmentId) => latest.current.more.onAttachment(attachmentId),
      onContext: (messageId) => latest.current.more.onContext(messageId),
      onDraft: (message) => latest.current.more.onDraft(message),
      onRegenerate: (messageId) => latest.current.actions.regenerate(messageId),
      onResend: (instead, text) =>
        void latest.current.actions.send({ text, instead, attachmentIds: [] }).catch(() => {}), // A toast has said why.
      onBranch: (messageId) => latest.current.actions.showBranch(messageId),
      onKeep: (messageId) => latest.current.actions.keep(messageId),
    }),
    [],
  );
}

/** What the next turn would be given: asked for while somebody writes or looks at it, otherwise what the last one was given. */
function useNextContext(conversation: Conversation, shown: readonly ChatMessage[], draft: string, isLookedAt: boolean) {
  const { session, cards, dropped } = conversation;
  const [text] = useDebouncedValue(draft.trim().slice(0, 50_000), 800);
  const isAsked = (isLookedAt || text !== '') && session.activeJobId === null;
  const queries = useQueryClient();
  const preview = useQuery(
    api.chat.previewContext.queryOptions({
      input: { id: session.id, text },
      enabled: isAsked,
      placeholderData: keepPreviousData,
      retry: false,
    }),
  );
  // Other cards, other paths and another end of the conversation are another answer to the same text.
  const chosen = `${session.headId} ${cards.map(({ id }) => id).join()} ${dropped.join()}`;
  useEffect(() => void queries.invalidateQueries({ queryKey: api.chat.previewContext.key() }), [queries, chosen]);
  const last = shown.findLast((message) => message.context !== null)?.context ?? null;
  return isAsked ? (preview.data ?? last) : last;
}

function Beginning(props: { mayWrite: boolean }): ReactNode {
  return (
    <Empty
      icon={MessagesSquare}
      title="What do you want to know?"
      text={
        props.mayWrite
          ? 'Ask how something works, where it is, or what a change would touch. Name files and cards with @.'
          : 'Nothing has been said here yet.'
      }
    />
  );
}

function AttachmentText(props: {
  id: Id<'session'>;
  attachment: Id<'attachment'> | null;
  onClose: () => void;
}): ReactNode {
  const { id, attachment } = props;
  return (
    <Modal
      opened={attachment !== null}
      onClose={props.onClose}
      title="Attached file"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {attachment !== null && <AttachmentBody id={id} attachmentId={attachment} />}
    </Modal>
  );
}

function AttachmentBody(props: { id: Id<'session'>; attachmentId: Id<'attachment'> }): ReactNode {
  const file = useQuery(api.chat.attachment.queryOptions({ input: props, staleTime: Infinity }));
  if (file.isPending) return <SkeletonRows label="Loading the file" />;
  if (file.isError) return <ErrorPanel error={file.error} onRetry={() => void file.refetch()} />;
  return (
    <>
      <p className="mono muted">{file.data.name}</p>
      <pre className="attachment-text" tabIndex={0}>
        {file.data.text}
      </pre>
    </>
  );
}
