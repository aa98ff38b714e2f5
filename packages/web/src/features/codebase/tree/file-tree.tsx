import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import '#features/codebase/tree/tree.css';
import { usePackPaths } from '#features/codebase/pack-paths.ts';
import { findByTyping, parentRow } from '#features/codebase/tree/flatten-tree.ts';
import type { EntryRow, TreeRow } from '#features/codebase/tree/flatten-tree.ts';
import { TreeRowView } from '#features/codebase/tree/tree-row.tsx';
import { mayBeShortcut, useTypeAhead } from '#features/codebase/tree/type-ahead.ts';
import { useTree } from '#features/codebase/tree/use-tree.ts';

const rowHeight = 24;

interface Props {
  projectId: string;
  selected: string | undefined;
  onOpen: (path: string) => void;
}

/** The files of the snapshot. One tab stop; arrows, Home, End, Enter and typed letters move and open, as in every tree; Shift+Enter packs. */
export function FileTree(props: Props): ReactNode {
  const { selected } = props;
  const { rows, toggle, retry, loadMore } = useTree(props.projectId, selected);
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const typeAhead = useTypeAhead();
  const pack = usePackPaths(props.projectId);
  // Where the keys are; a newly selected file takes them along.
  const [cursor, setCursor] = useState<{ key: string; selected: string | undefined } | null>(null);
  const activeKey = cursor !== null && cursor.selected === selected ? cursor.key : selected;
  const setActiveKey = (key: string) => setCursor({ key, selected });
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoizes this file
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 12,
    paddingStart: 4,
    paddingEnd: 4,
  });
  const found = rows.findIndex((row) => row.key === activeKey);
  const active = found < 0 ? 0 : found;

  const selectedIndex = rows.findIndex((row) => row.key === selected);
  const isListed = selectedIndex >= 0;
  const reveal = useEffectEvent(() => virtual.scrollToIndex(selectedIndex, { align: 'auto' }));
  // Rows above may still arrive; only a new selection scrolls.
  useEffect(() => {
    if (isListed) reveal();
  }, [selected, isListed]);

  const moveTo = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    setActiveKey(row.key);
    virtual.scrollToIndex(rows.indexOf(row), { align: 'auto' });
  };
  const act = (row: TreeRow) => {
    setActiveKey(row.key);
    if (row.kind === 'more') void loadMore(row.folder, row.cursor);
    else if (row.kind === 'failed') retry(row.folder);
    else if (row.kind === 'entry' && row.entry.kind === 'directory') toggle(row.entry.path, !row.isOpen);
    else if (row.kind === 'entry') props.onOpen(row.entry.path);
  };
  const type = (letter: string): boolean => {
    const text = typeAhead.type(letter);
    const index = findByTyping(rows, active, text);
    if (index !== null) moveTo(index);
    const isForTree = index !== null || !mayBeShortcut(text);
    // What the shortcuts have used is not the beginning of a name.
    if (!isForTree && text !== 'g') typeAhead.end();
    return isForTree;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!handleKey(event.key, event.shiftKey)) return;
    event.preventDefault();
  };
  const handleKey = (key: string, isShifted: boolean): boolean => {
    const row = rows[active];
    if (row === undefined) return false;
    const folder = row.kind === 'entry' && row.entry.kind === 'directory' ? row : null;
    if (key.length > 1 || key === ' ') typeAhead.end();
    switch (key) {
      case 'ArrowDown':
        moveTo(active + 1);
        return true;
      case 'ArrowUp':
        moveTo(active - 1);
        return true;
      case 'Home':
        moveTo(0);
        return true;
      case 'End':
        moveTo(rows.length - 1);
        return true;
      case 'ArrowRight':
        if (folder?.isOpen === true) moveTo(active + 1);
        else if (folder !== null) act(row);
        return true;
      case 'ArrowLeft':
        if (folder?.isOpen === true) act(row);
        else moveTo(parentRow(rows, active) ?? active);
        return true;
      case 'Enter':
      case ' ':
        if (isShifted && isPackable(row)) pack.toggle(row.entry.path);
        else act(row);
        return true;
      default:
        if (key.length !== 1) return false;
        return type(key);
    }
  };

  return (
    <div
      ref={scroller}
      className="tree"
      role="tree"
      aria-label="Files"
      tabIndex={0}
      aria-activedescendant={rows[active] === undefined ? undefined : `${id}-${active}`}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <TreeRowView
              key={item.key}
              id={`${id}-${item.index}`}
              row={row}
              top={item.start}
              isActive={item.index === active}
              isSelected={row.key === selected}
              isPacked={row.kind === 'entry' && pack.paths.includes(row.entry.path)}
              onAct={() => act(row)}
              onPack={isPackable(row) ? () => pack.toggle(row.entry.path) : undefined}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Only a file with an indexed text can be packed. */
function isPackable(row: TreeRow): row is EntryRow {
  return row.kind === 'entry' && row.entry.kind === 'file' && row.entry.skipped === null;
}
