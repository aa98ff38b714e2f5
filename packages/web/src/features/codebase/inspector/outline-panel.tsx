import { ActionIcon } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { CodeSymbol } from '@yudai/contract';
import { Quote } from 'lucide-react';
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { KeepButton } from '#features/cards/keep-button.tsx';
import { symbolMark } from '#features/codebase/symbol-mark.tsx';
import { api } from '#lib/client.ts';
import type { LineRange } from '#lib/search-params.ts';
import { FilterBox } from '#ui/filter-box.tsx';
import { moveFocus } from '#ui/move-focus.ts';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

interface Props {
  projectId: string;
  path: string | undefined;
  line: number | null;
  onName: (name: string) => void;
  onOpen: (path: string, lines: LineRange | null) => void;
}

/** The definitions of the open file; typing filters them, arrows walk through them. */
export function OutlinePanel(props: Props): ReactNode {
  const { projectId, path } = props;
  const [filter, setFilter] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const file = useQuery(
    api.codebase.file.queryOptions({ input: { projectId, path: path ?? '' }, enabled: path !== undefined }),
  );
  if (path === undefined) return <p className="inspector-note">Open a file to see its outline.</p>;
  if (file.isPending) return <SkeletonRows label="Loading the outline" />;
  if (file.isError) return <p className="inspector-note">There is no outline.</p>;
  const symbols = file.data.outline.filter((symbol) => symbol.name.toLowerCase().includes(filter.toLowerCase()));
  if (file.data.outline.length === 0) return <p className="inspector-note">No definitions were found in this file.</p>;
  return (
    <>
      <div className="inspector-filter">
        <FilterBox label="Filter the outline" value={filter} onChange={setFilter} list={list} />
      </div>
      {symbols.length === 0 && <p className="inspector-note">Nothing in the outline matches.</p>}
      <ul ref={list} className="outline" onKeyDown={moveFocus}>
        {symbols.map((symbol) => (
          <OutlineRow key={`${symbol.startLine} ${symbol.container} ${symbol.name}`} symbol={symbol} {...props} />
        ))}
      </ul>
    </>
  );
}

function OutlineRow(props: Props & { symbol: CodeSymbol }): ReactNode {
  const { symbol, line } = props;
  const depth = symbol.container === '' ? 0 : symbol.container.split('.').length;
  const isHere = line !== null && line >= symbol.startLine && line <= symbol.endLine;
  return (
    <li className="outline-row" aria-current={isHere || undefined}>
      <button
        type="button"
        style={{ paddingLeft: 10 + depth * 12 }}
        title={[symbol.signature, symbol.doc].filter(Boolean).join('\n\n')}
        onClick={() => props.onOpen(symbol.path, { start: symbol.startLine, end: symbol.endLine })}
      >
        {symbolMark(symbol.kind)}
        <span className="mono truncate grow">{symbol.name}</span>
        <span className="mono muted outline-line">{symbol.startLine}</span>
      </button>
      <KeepButton
        projectId={props.projectId}
        from={{
          source: 'symbol',
          path: symbol.path,
          symbol: [symbol.container, symbol.name].filter(Boolean).join('.'),
        }}
        label={`Keep ${symbol.name} as a card`}
        size={24}
      />
      <ActionIcon size={24} aria-label={`References to ${symbol.name}`} onClick={() => props.onName(symbol.name)}>
        <Quote size={12} />
      </ActionIcon>
    </li>
  );
}
