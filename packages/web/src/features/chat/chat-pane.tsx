import { idSchema } from '@yudai/contract';
import type { Project } from '@yudai/contract';
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import '#features/chat/chat.css';
import { SessionList } from '#features/chat/session-list.tsx';
import type { LineRange } from '#lib/search-params.ts';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

const SessionView = lazy(async () => ({ default: (await import('#features/chat/session-view.tsx')).SessionView }));

interface Props {
  project: Project;
  /** `list`, or the conversation that is shown. */
  chat: string;
  onChat: (chat: string) => void;
  onClose: () => void;
  /** Shows a source beside the chat. */
  onOpen: (path: string, lines: LineRange | null) => void;
}

/** The chat beside the code: all conversations of the project, or one of them. */
export function ChatPane(props: Props): ReactNode {
  const { project, chat, onChat } = props;
  // Where a search found something; forgotten as soon as another conversation is opened.
  const [found, setFound] = useState<{ sessionId: string; messageId: string } | null>(null);
  const id = idSchema('session').safeParse(chat);
  return (
    <section className="chat" aria-label="Chat with DAifu">
      {id.success ? (
        <Suspense fallback={<SkeletonRows label="Loading the conversation" />}>
          <SessionView
            {...props}
            key={id.data}
            id={id.data}
            project={project}
            found={found?.sessionId === id.data ? found.messageId : null}
          />
        </Suspense>
      ) : (
        <SessionList
          project={project}
          onChat={onChat}
          onClose={props.onClose}
          onFound={(sessionId, messageId) => {
            setFound({ sessionId, messageId });
            onChat(sessionId);
          }}
        />
      )}
    </section>
  );
}
