import { ActionIcon, Button, SegmentedControl, Select, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { attachmentLimit, messageTextLimit } from '@yudai/contract';
import type { CardHead, Id, Project } from '@yudai/contract';
import { ArrowUp, Paperclip, Square } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { AttachmentChips } from '#features/chat/composer/attachment-chips.tsx';
import { type Command, commandsOf } from '#features/chat/composer/commands.ts';
import { Suggestions } from '#features/chat/composer/suggestions.tsx';
import type { Suggestion } from '#features/chat/composer/suggestions.tsx';
import { replaceTrigger, triggerAt } from '#features/chat/composer/trigger.ts';
import { useAttachments } from '#features/chat/composer/use-attachments.ts';
import { useMentions } from '#features/chat/composer/use-mentions.ts';
import type { NewMessage, SendMode } from '#features/chat/use-chat-actions.ts';
import { formatBytes, formatCount } from '#lib/format.ts';
import { Tip } from '#ui/tip.tsx';

const modes: readonly { value: SendMode; label: string }[] = [
  { value: 'queue', label: 'Queue' },
  { value: 'steer', label: 'Steer' },
  { value: 'interrupt', label: 'Interrupt' },
];
const modeHints: Record<SendMode, string> = {
  queue: 'Answered when the answer under way is there.',
  steer: 'Read at the next step of the answer under way.',
  interrupt: 'Ends the answer under way, then is answered.',
};

interface Props {
  project: Project;
  sessionId: Id<'session'>;
  draft: string;
  onDraft: (text: string) => void;
  /** An answer is on its way. */
  isBusy: boolean;
  hasMessages: boolean;
  models: readonly string[];
  model: string | undefined;
  onModel: (model: string) => void;
  onSend: (message: NewMessage) => Promise<unknown>;
  onStop: () => void;
  onNew: () => void;
  onCompact: () => void;
  onExport: () => void;
  onContext: () => void;
  onCard: (card: CardHead) => void;
  /** Null for who may not write issues. */
  onDraftIssue: (() => void) | null;
  issueCommands: readonly Command[];
}

/** Where a person writes: Enter sends, `/` offers commands, `@` names files, symbols, cards, issues and commits. */
export function Composer(props: Props): ReactNode {
  const { draft, onDraft, isBusy, models, model, onSend } = props;
  const [mode, setMode] = useState<SendMode>('queue');
  const [isSending, setSending] = useState(false);
  const attachments = useAttachments(props.sessionId);
  const picker = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLTextAreaElement>(null);
  const completion = useCompletion(props, box);
  const ready = attachments.files.flatMap((file) => file.id ?? []);
  const isLoading = attachments.files.some(({ state }) => state === 'loading');
  const canSend = draft.trim() !== '' && draft.length <= messageTextLimit && !isSending && !isLoading;
  const send = async () => {
    if (!canSend) return;
    setSending(true);
    try {
      await onSend({ text: draft, attachmentIds: ready, model, ...(isBusy ? { mode } : {}) });
      onDraft('');
      attachments.clear();
    } catch {
      // A toast has said why; the text stays, to be sent again.
    } finally {
      setSending(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (completion.onKeyDown(event)) return;
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes('Files')) event.preventDefault();
      }}
      onDrop={(event) => {
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        attachments.add([...event.dataTransfer.files]);
      }}
    >
      {completion.list}
      <AttachmentChips files={attachments.files} onRemove={attachments.remove} />
      <Textarea
        ref={box}
        className="composer-text"
        variant="unstyled"
        aria-label="Message to DAifu"
        placeholder="Ask, / for commands, @ for files and cards"
        autosize
        minRows={2}
        maxRows={12}
        value={draft}
        onChange={(event) => {
          onDraft(event.target.value);
          completion.moveCaret(event.target.selectionStart);
        }}
        onSelect={(event) => completion.moveCaret(event.currentTarget.selectionStart)}
        onBlur={completion.close}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          if (event.clipboardData.files.length === 0) return;
          event.preventDefault();
          attachments.add([...event.clipboardData.files]);
        }}
        {...completion.aria}
      />
      {draft.length > messageTextLimit && (
        <p className="error-line" role="alert">
          {formatCount(draft.length)} characters are too many: {formatCount(messageTextLimit)} may be sent. Attach a
          text file instead.
        </p>
      )}
      <div className="composer-bar">
        <Tip label={`Attach text files, up to ${formatBytes(attachmentLimit)} each`}>
          <ActionIcon aria-label="Attach text files" onClick={() => picker.current?.click()}>
            <Paperclip size={14} />
          </ActionIcon>
        </Tip>
        <input
          ref={picker}
          type="file"
          hidden
          multiple
          aria-label="Text files to attach"
          onChange={(event) => {
            attachments.add([...(event.target.files ?? [])]);
            // The same file can be chosen again.
            event.target.value = '';
          }}
        />
        {models.length > 1 && (
          <Select
            aria-label="Model"
            className="composer-model"
            data={[...models]}
            value={model ?? models[0] ?? null}
            allowDeselect={false}
            onChange={(next) => {
              if (next !== null) props.onModel(next);
            }}
          />
        )}
        <span className="grow" />
        {isBusy && (
          <>
            <Tip label={modeHints[mode]}>
              <SegmentedControl
                aria-label="What happens with a message now"
                value={mode}
                data={[...modes]}
                onChange={(value) => setMode(modes.find((known) => known.value === value)?.value ?? 'queue')}
              />
            </Tip>
            <Tip label="Stop" keys="Esc">
              <Button
                variant="default"
                size="compact-sm"
                leftSection={<Square size={11} fill="currentColor" />}
                onClick={props.onStop}
              >
                Stop
              </Button>
            </Tip>
          </>
        )}
        <Tip label="Send" keys="Enter">
          <ActionIcon type="submit" variant="filled" color="iris" aria-label="Send" disabled={!canSend}>
            <ArrowUp size={15} />
          </ActionIcon>
        </Tip>
      </div>
      {isBusy && <p className="visually-hidden">{modeHints[mode]}</p>}
    </form>
  );
}

/** Commands and names that fit what stands before the caret. */
function useCompletion(props: Props, box: { current: HTMLTextAreaElement | null }) {
  const { draft, onDraft } = props;
  const id = useId();
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(0);
  const trigger = caret === null ? null : triggerAt(draft, caret);
  const [settled] = useDebouncedValue(trigger?.kind === 'mention' ? trigger.query : null, 120);
  const mentions = useMentions(props.project, trigger?.kind === 'mention' ? settled : null);
  const put = (by: string) => {
    if (trigger === null) return;
    const next = replaceTrigger(draft, trigger, by);
    onDraft(next.text);
    setCaret(null);
    // Once the box holds the new text.
    requestAnimationFrame(() => box.current?.setSelectionRange(next.caret, next.caret));
  };
  const suggestions: Suggestion[] =
    trigger === null
      ? []
      : trigger.kind === 'command'
        ? commandsOf({ ...props, onCards: props.onContext }, trigger.query).map(({ name, hint, icon, run }) => ({
            id: name,
            label: `/${name}`,
            detail: hint,
            icon,
            choose: () => {
              put('');
              run();
            },
          }))
        : mentions.map(({ insert, card, ...shown }) => ({
            ...shown,
            choose: () => {
              put(insert);
              if (card !== undefined) props.onCard(card);
            },
          }));
  const isOpen = suggestions.length > 0;
  const place = Math.min(active, suggestions.length - 1);
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!isOpen || event.nativeEvent.isComposing) return false;
    if (event.key === 'ArrowDown') setActive((place + 1) % suggestions.length);
    else if (event.key === 'ArrowUp') setActive((place + suggestions.length - 1) % suggestions.length);
    else if (event.key === 'Escape') setCaret(null);
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') suggestions[place]?.choose();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return {
    onKeyDown,
    moveCaret: (next: number) => {
      setCaret(next);
      setActive(0);
    },
    close: () => setCaret(null),
    list: isOpen && (
      <Suggestions
        id={id}
        label={trigger?.kind === 'command' ? 'Commands' : 'Files, symbols, cards, issues and commits'}
        suggestions={suggestions}
        active={place}
      />
    ),
    aria: {
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-expanded': isOpen,
      'aria-haspopup': 'listbox',
      ...(isOpen ? { 'aria-controls': id, 'aria-activedescendant': `${id}-${place}` } : {}),
    } as const,
  };
}
