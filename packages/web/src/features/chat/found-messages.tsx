import { useQuery } from '@tanstack/react-query';
import type { ChatMessage } from '@yudai/contract';
import type { ReactNode } from 'react';
import { textOf } from '#features/chat/message-words.ts';
import { api } from '#lib/client.ts';
import { formatAgo } from '#lib/format.ts';
import { useNow } from '#lib/use-now.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

interface Props {
  projectId: string;
  query: string;
  onFound: (sessionId: string, messageId: string) => void;
}

/** Messages of all conversations that have these words. */
export function FoundMessages({ projectId, query, onFound }: Props): ReactNode {
  const found = useQuery(api.chat.search.queryOptions({ input: { projectId, query, limit: 20 }, retry: false }));
  const now = useNow();
  if (found.isError) return <ErrorLine error={found.error} />;
  if (found.data === undefined || found.data.items.length === 0) return null;
  return (
    <>
      <h3 className="chat-subtitle">Messages</h3>
      <ul className="session-list" aria-label="Messages">
        {found.data.items.map(({ message, sessionTitle }) => (
          <li key={message.id} className="session-row">
            <button type="button" className="session-open" onClick={() => onFound(message.sessionId, message.id)}>
              <span className="found-text">{excerptOf(message, query)}</span>
              <span className="row muted session-facts">
                <span>{message.role === 'assistant' ? 'DAifu' : (message.author?.name ?? 'Somebody')}</span>
                <span className="truncate">{sessionTitle}</span>
                <span>{formatAgo(message.createdAt, now)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The words and what stands around them. */
function excerptOf(message: ChatMessage, query: string): string {
  const text = textOf(message).replace(/\s+/g, ' ');
  const place = Math.max(0, text.toLowerCase().indexOf(query.toLowerCase()) - 40);
  return `${place > 0 ? '…' : ''}${text.slice(place, place + 160)}`;
}
