import { Loader } from '@mantine/core';
import type { ChatMessage, Citation, Id, MessagePart } from '@yudai/contract';
import { Brain, Check, ChevronRight, Info, Paperclip, Wrench, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { OpenSource } from '#features/chat/markdown/citation-chip.tsx';
import { Markdown } from '#features/chat/markdown/markdown.tsx';
import { inputOf } from '#features/chat/message-words.ts';
import { formatBytes, formatDuration, formatNoun } from '#lib/format.ts';

interface Props {
  message: ChatMessage;
  onOpen: OpenSource;
  onAttachment: (id: Id<'attachment'>) => void;
}

/** What a message is made of, in order. */
export function MessageParts({ message, onOpen, onAttachment }: Props): ReactNode {
  const last = message.parts.length - 1;
  return message.parts.map((part, place) => (
    <PartView
      key={place}
      part={part}
      citations={message.citations}
      isOpen={message.status === 'streaming' && place === last}
      onOpen={onOpen}
      onAttachment={onAttachment}
    />
  ));
}

interface PartProps {
  part: MessagePart;
  citations: readonly Citation[];
  /** Whether it is being written. */
  isOpen: boolean;
  onOpen: OpenSource;
  onAttachment: (id: Id<'attachment'>) => void;
}

/** One part of what somebody says: text, a thought, a call of a tool, an attachment or a notice. */
export function PartView({ part, citations, isOpen, onOpen, onAttachment }: PartProps): ReactNode {
  switch (part.type) {
    case 'text':
      return <Markdown text={part.text} citations={citations} isStreaming={isOpen} onOpen={onOpen} />;
    case 'reasoning':
      return <Reasoning text={part.text} isOpen={isOpen} />;
    case 'tool':
      return <ToolLine part={part} />;
    case 'attachment':
      return (
        <button
          type="button"
          className="chip attachment"
          title={`${formatBytes(part.bytes)}, ${formatNoun(part.tokens, 'token')}`}
          onClick={() => onAttachment(part.attachmentId)}
        >
          <Paperclip size={12} aria-hidden="true" />
          <span className="mono truncate">{part.name}</span>
        </button>
      );
    case 'notice':
      return (
        <p className="message-notice muted">
          <Info size={12} aria-hidden="true" />
          {part.text}
        </p>
      );
  }
}

function Reasoning(props: { text: string; isOpen: boolean }): ReactNode {
  return (
    <details className="message-reasoning">
      <summary className="muted">
        <Brain size={13} aria-hidden="true" />
        {props.isOpen ? 'Thinking' : 'Thought before it answered'}
        <ChevronRight size={12} className="details-arrow" aria-hidden="true" />
      </summary>
      <p>{props.text}</p>
    </details>
  );
}

/** A call of a tool in one line; what it was asked and what it answered underneath. */
function ToolLine(props: { part: Extract<MessagePart, { type: 'tool' }> }): ReactNode {
  const { part } = props;
  return (
    <details className="tool-line" data-state={part.state}>
      <summary>
        <ToolState state={part.state} />
        <Wrench size={12} className="muted" aria-hidden="true" />
        <span className="mono">{part.tool}</span>
        <span className="mono muted truncate grow">{inputOf(part)}</span>
        <span className="muted tool-summary">{part.summary}</span>
      </summary>
      <div className="tool-detail">
        <p className="muted">Asked{part.ms === null ? '' : `, answered in ${formatDuration(part.ms)}`}</p>
        <pre tabIndex={0} role="group" aria-label="What the tool was asked">
          {JSON.stringify(part.input, null, 2)}
        </pre>
        {part.output !== '' && (
          <>
            <p className="muted">What the model was given, at most the first 4,000 characters</p>
            <pre tabIndex={0} role="group" aria-label="What the tool answered">
              {part.output}
            </pre>
          </>
        )}
      </div>
    </details>
  );
}

function ToolState(props: { state: 'running' | 'done' | 'failed' }): ReactNode {
  switch (props.state) {
    case 'running':
      return <Loader size={11} aria-label="running" />;
    case 'done':
      return <Check size={12} className="tool-done" aria-label="done" />;
    case 'failed':
      return <X size={12} className="tool-failed" aria-label="failed" />;
  }
}
