import { Loader } from '@mantine/core';
import { FileX, Paperclip, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Attachment } from '#features/chat/composer/use-attachments.ts';
import { formatNoun } from '#lib/format.ts';

/** The files that go with the message that is being written, and why one of them cannot. */
export function AttachmentChips(props: { files: readonly Attachment[]; onRemove: (key: number) => void }): ReactNode {
  if (props.files.length === 0) return null;
  return (
    <ul className="attachments" aria-label="Attached files">
      {props.files.map(({ key, name, state, tokens, problem }) => (
        <li key={key} className="chip attachment" data-state={state}>
          {state === 'loading' ? (
            <Loader size={11} aria-label="Uploading" />
          ) : state === 'failed' ? (
            <FileX size={12} aria-hidden="true" />
          ) : (
            <Paperclip size={12} aria-hidden="true" />
          )}
          <span className="mono truncate">{name}</span>
          {state === 'ready' && <span className="muted">{formatNoun(tokens, 'token')}</span>}
          {problem !== null && (
            <span className="attachment-problem" role="alert">
              {problem}
            </span>
          )}
          <button type="button" aria-label={`Take ${name} off`} onClick={() => props.onRemove(key)}>
            <X size={12} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}
