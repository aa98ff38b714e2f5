import { ActionIcon, Button, Menu } from '@mantine/core';
import type { Idea } from '@yudai/contract';
import { CircleDot, CircleSlash, Ellipsis, FilePen, PenLine, ScanSearch, Undo2 } from 'lucide-react';
import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import { CitationChip } from '#features/chat/markdown/citation-chip.tsx';
import { complexityWords } from '#features/issues/draft/chosen-facts.ts';
import { originWords } from '#features/issues/ideas/idea-words.ts';
import { links } from '#lib/links.ts';
import { placeOfCite } from '#lib/place-of-cite.ts';
import { formatLines } from '#lib/search-params.ts';
import { LinkButton } from '#ui/link-button.tsx';

interface Props {
  idea: Idea;
  mayWrite: boolean;
  /** It is being changed right now. */
  isBusy: boolean;
  /** Shows a place in the code; `line` as addresses have it, `3-9`. */
  onSource: (path: string, line: string) => void;
  onEdit: () => void;
  onDraft: () => void;
  onPromote: () => void;
  onDismiss: (dismissed: boolean) => void;
}

/** One idea: what it is, the places it rests on, and what can become of it. */
export function IdeaRow(props: Props): ReactNode {
  const { idea } = props;
  const [isOpen, setOpen] = useState(false);
  const detailsId = useId();
  const Origin = idea.origin === 'model' ? ScanSearch : PenLine;
  return (
    <li className="idea">
      <div className="idea-line">
        <Origin size={13} className="idea-origin" aria-label={originWords[idea.origin]} />
        <button
          type="button"
          className="idea-title grow"
          aria-expanded={isOpen}
          aria-controls={detailsId}
          onClick={() => setOpen(!isOpen)}
        >
          {idea.title}
        </button>
        <span className="mono muted idea-size" title={complexityWords[idea.complexity]}>
          {idea.complexity}
        </span>
        <Actions {...props} />
      </div>
      <div id={detailsId} className="idea-details" data-open={isOpen || undefined}>
        {idea.description !== '' && <p className="idea-text muted">{idea.description}</p>}
        <Evidence {...props} hasNotes={isOpen} />
      </div>
    </li>
  );
}

function Evidence({ idea, onSource, hasNotes }: Props & { hasNotes: boolean }): ReactNode {
  if (idea.evidence.length === 0) return null;
  return (
    <ul className="idea-evidence" aria-label={`Evidence of ${idea.title}`}>
      {idea.evidence.map(({ cite, note, state }, place) => {
        const found = placeOfCite(cite);
        return (
          <li key={place}>
            {found === null ? (
              <code>{cite}</code>
            ) : (
              <CitationChip
                mark={{ ...found, text: cite, state }}
                onOpen={(path, lines) => onSource(path, formatLines(lines))}
              />
            )}
            {hasNotes && note !== '' && <span>{note}</span>}
          </li>
        );
      })}
    </ul>
  );
}

function Actions(props: Props): ReactNode {
  const { idea, mayWrite, isBusy, onDismiss } = props;
  if (idea.issueId !== null) {
    return (
      <LinkButton
        variant="default"
        size="compact-sm"
        leftSection={<CircleDot size={13} />}
        aria-label={`Open the issue of ${idea.title}`}
        {...links.issue(idea.projectId, idea.issueId)}
      >
        Open the issue
      </LinkButton>
    );
  }
  if (!mayWrite) return null;
  return (
    <>
      {idea.status === 'dismissed' ? (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<Undo2 size={13} />}
          loading={isBusy}
          aria-label={`Take ${idea.title} up again`}
          onClick={() => onDismiss(false)}
        >
          Take up again
        </Button>
      ) : (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<FilePen size={13} />}
          loading={isBusy}
          aria-label={`Draft an issue from ${idea.title}`}
          onClick={props.onDraft}
        >
          Draft an issue
        </Button>
      )}
      <RowMenu {...props} />
    </>
  );
}

function RowMenu({ idea, onEdit, onPromote, onDismiss }: Props): ReactNode {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size={24} aria-label={`Actions for ${idea.title}`}>
          <Ellipsis size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<CircleDot size={13} />} onClick={onPromote}>
          Make an issue as it stands
        </Menu.Item>
        <Menu.Item leftSection={<PenLine size={13} />} onClick={onEdit}>
          Edit…
        </Menu.Item>
        {idea.status === 'pending' && (
          <Menu.Item leftSection={<CircleSlash size={13} />} onClick={() => onDismiss(true)}>
            Dismiss
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
