import { ActionIcon, Loader } from '@mantine/core';
import type { ChatMessage } from '@yudai/contract';
import { ArrowDown } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { announcementOf } from '#features/chat/message-words.ts';

interface Props {
  messages: readonly ChatMessage[];
  hasEarlier: boolean;
  isReadingEarlier: boolean;
  onEarlier: () => void;
  /** The message that is scrolled to, once. */
  focused: string | null;
  /** Draws one message. */
  children: (message: ChatMessage) => ReactNode;
  /** Stands before the first message. */
  beginning: ReactNode;
}

/**
 * The messages of a conversation. The box lies upside down (`column-reverse`): its place counts from the newest message, so neither older
 * pages above nor text that grows below moves what is being read. What is far from the window costs nothing (`content-visibility`).
 */
export function MessageLog(props: Props): ReactNode {
  const { messages, hasEarlier, onEarlier } = props;
  const box = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const [isAway, setAway] = useState(false);
  const readEarlier = useEffectEvent(onEarlier);
  useEffect(() => {
    const { current } = top;
    if (current === null || !hasEarlier) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) readEarlier();
      },
      { root: box.current, rootMargin: '600px' },
    );
    observer.observe(current);
    return () => observer.disconnect();
    // A page that was shorter than the window is followed by the next.
  }, [hasEarlier, messages.length]);
  useFocused(box, props);
  return (
    <div className="message-box">
      <div
        ref={box}
        className="message-log"
        role="log"
        aria-label="Messages"
        aria-live="off"
        tabIndex={0}
        onScroll={(event) => setAway(event.currentTarget.scrollTop < -160)}
      >
        <div className="message-list">
          <div ref={top} className="message-top">
            {props.isReadingEarlier && <Loader size={14} aria-label="Loading older messages" />}
            {!hasEarlier && props.beginning}
          </div>
          {messages.map((message) => props.children(message))}
        </div>
      </div>
      {isAway && (
        <ActionIcon
          className="to-newest"
          variant="default"
          aria-label="Go to the newest message"
          onClick={() => box.current?.scrollTo({ top: 0 })}
        >
          <ArrowDown size={14} />
        </ActionIcon>
      )}
      <Announcer messages={messages} />
    </div>
  );
}

/** Scrolls to a message, reading older pages until it is there. */
function useFocused(box: { current: HTMLDivElement | null }, props: Props): void {
  const { focused, messages, hasEarlier, isReadingEarlier } = props;
  const reached = useRef<string | null>(null);
  const readEarlier = useEffectEvent(props.onEarlier);
  useEffect(() => {
    if (focused === null || focused === reached.current) return;
    const place = box.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(focused)}"]`);
    if (place === null || place === undefined) {
      if (hasEarlier && !isReadingEarlier) readEarlier();
      return;
    }
    place.scrollIntoView({ block: 'center' });
    place.focus();
    reached.current = focused;
  }, [box, focused, messages, hasEarlier, isReadingEarlier]);
}

/** Tells a screen reader of answers that have ended, not of every word of them. */
function Announcer(props: { messages: readonly ChatMessage[] }): ReactNode {
  const last = props.messages.findLast(({ role }) => role === 'assistant');
  const [told, setTold] = useState<{ watched: string | null; words: string }>({ watched: null, words: '' });
  // Only an answer that was seen while it was written is news when it has ended.
  if (last?.status === 'streaming') {
    if (told.watched !== last.id) setTold({ ...told, watched: last.id });
  } else if (last !== undefined && told.watched === last.id) setTold({ watched: null, words: announcementOf(last) });
  return (
    <p className="visually-hidden" role="status">
      {told.words}
    </p>
  );
}
