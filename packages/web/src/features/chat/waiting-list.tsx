import { Button } from '@mantine/core';
import type { ChatMessage } from '@yudai/contract';
import { Clock3 } from 'lucide-react';
import type { ReactNode } from 'react';
import { textOf } from '#features/chat/message-words.ts';

interface Props {
  messages: readonly ChatMessage[];
  mayWrite: boolean;
  onTakeBack: (message: ChatMessage) => void;
}

/** Messages that wait for the answer under way. */
export function WaitingList({ messages, mayWrite, onTakeBack }: Props): ReactNode {
  if (messages.length === 0) return null;
  return (
    <ul className="waiting-list" aria-label="Waiting messages">
      {messages.map((message) => (
        <li key={message.id} className="row">
          <Clock3 size={12} className="muted" aria-hidden="true" />
          <span className="muted">{message.author?.name ?? 'Somebody'}</span>
          <span className="truncate grow">{textOf(message)}</span>
          {mayWrite && (
            <Button variant="subtle" color="gray" size="compact-xs" onClick={() => onTakeBack(message)}>
              Take back
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
