import { ChevronDown, ChevronRight, PackageCheck, PackagePlus } from 'lucide-react';
import type { TreeEntry } from '@yudai/contract';
import type { ReactNode } from 'react';
import type { TreeRow } from '#features/codebase/tree/flatten-tree.ts';
import { fileIcon } from '#features/codebase/file-icon.ts';
import { skipWords } from '#features/codebase/skip-words.ts';
import { formatBytes, formatNoun, formatShort } from '#lib/format.ts';

interface Props {
  id: string;
  row: TreeRow;
  top: number;
  isActive: boolean;
  isSelected: boolean;
  isPacked: boolean;
  onAct: () => void;
  /** Undefined for what cannot be packed. */
  onPack: (() => void) | undefined;
}

export function TreeRowView(props: Props): ReactNode {
  const { row } = props;
  const isFolder = row.kind === 'entry' && row.entry.kind === 'directory';
  return (
    // The tree itself holds the focus and the keys; a row only answers the pointer.
    <div
      id={props.id}
      role="treeitem"
      tabIndex={-1}
      className="tree-row"
      aria-level={row.level}
      aria-selected={props.isSelected}
      aria-expanded={isFolder ? row.isOpen : undefined}
      aria-posinset={row.kind === 'entry' ? row.position : undefined}
      aria-setsize={row.kind === 'entry' ? row.setSize : undefined}
      data-active={props.isActive || undefined}
      style={{ transform: `translateY(${props.top}px)`, paddingLeft: 6 + (row.level - 1) * 12 }}
      onMouseDown={(event) => {
        event.preventDefault();
        event.currentTarget.closest<HTMLElement>('[role="tree"]')?.focus();
      }}
      onClick={props.onAct}
    >
      <RowContent row={row} />
      {props.onPack !== undefined && <PackMark isPacked={props.isPacked} onPack={props.onPack} />}
    </div>
  );
}

/** Shows what is in the pack, and under the pointer puts a file in or takes it out; on the keyboard Shift+Enter does. */
function PackMark(props: { isPacked: boolean; onPack: () => void }): ReactNode {
  const label = props.isPacked ? 'Take out of the pack' : 'Add to the pack';
  const Icon = props.isPacked ? PackageCheck : PackagePlus;
  return (
    <span
      className="tree-pack"
      data-packed={props.isPacked || undefined}
      title={label}
      onClick={(event) => {
        event.stopPropagation();
        props.onPack();
      }}
    >
      <Icon size={13} aria-hidden="true" />
      {props.isPacked && <span className="visually-hidden">in the pack</span>}
    </span>
  );
}

function RowContent(props: { row: TreeRow }): ReactNode {
  const { row } = props;
  switch (row.kind) {
    case 'loading':
      return <span className="muted tree-plain">Loading…</span>;
    case 'failed':
      return <span className="tree-plain tree-failed">Could not load. Try again</span>;
    case 'more':
      return <span className="tree-plain tree-more">Show more</span>;
    case 'entry':
      return <EntryContent entry={row.entry} isOpen={row.isOpen} />;
  }
}

function EntryContent(props: { entry: TreeEntry; isOpen: boolean }): ReactNode {
  const { entry, isOpen } = props;
  return (
    <>
      <span className="tree-chevron" aria-hidden="true">
        {entry.kind === 'directory' && (isOpen ? <ChevronDown size={13} /> : <ChevronRight size={13} />)}
      </span>
      {entry.kind !== 'directory' && fileIcon(entry)}
      <span className="tree-name truncate" data-skipped={entry.skipped !== null || undefined} title={titleOf(entry)}>
        {entry.name}
      </span>
      {entry.skipped === null ? (
        <span className="tree-note mono" aria-label={`${entry.tokens} tokens`}>
          {entry.tokens === 0 ? '' : formatShort(entry.tokens)}
        </span>
      ) : (
        <span className="tree-note">{skipWords[entry.skipped].badge}</span>
      )}
    </>
  );
}

function titleOf(entry: TreeEntry): string {
  const parts = [entry.path, formatBytes(entry.size), formatNoun(entry.tokens, 'token')];
  if (entry.kind === 'directory') parts.push(formatNoun(entry.files, 'file'));
  if (entry.skipped !== null) parts.push(skipWords[entry.skipped].why);
  return parts.join(' · ');
}
