import { CircleCheck, CircleDashed, CircleX, Clock3 } from 'lucide-react';
import type { ReactNode } from 'react';
import '#features/chat/markdown/citation-chip.css';
import type { Mark } from '#features/chat/markdown/mark-citations.ts';
import { nameOf } from '#lib/file-paths.ts';
import { formatLines } from '#lib/search-params.ts';
import type { LineRange } from '#lib/search-params.ts';

const words = {
  verified: { icon: CircleCheck, word: '', hint: 'The code is there as cited.' },
  stale: { icon: Clock3, word: 'changed', hint: 'The file has changed since: the lines may say something else.' },
  missing: { icon: CircleX, word: 'not found', hint: 'There is no such place in the code. Do not rely on this.' },
  unchecked: { icon: CircleDashed, word: '', hint: 'Not checked yet.' },
} as const;

export type OpenSource = (path: string, lines: LineRange) => void;

/** A place in the code that an answer names. Whether it is there is told by an icon and a word, not by colour alone. */
export function CitationChip(props: { mark: Mark; onOpen: OpenSource }): ReactNode {
  const { path, startLine, endLine, state } = props.mark;
  const { icon: Icon, word, hint } = words[state ?? 'unchecked'];
  const lines = { start: startLine, end: endLine };
  const label = `${nameOf(path)}:${formatLines(lines)}`;
  const title = `${path}:${formatLines(lines)}. ${hint}`;
  const content = (
    <>
      <Icon size={11} aria-hidden="true" />
      <span className="cite-label">{label}</span>
      {word !== '' && <span className="cite-word">{word}</span>}
    </>
  );
  if (state === 'missing') {
    return (
      <span className="cite" data-state="missing" title={title}>
        {content}
      </span>
    );
  }
  return (
    <button
      type="button"
      className="cite"
      data-state={state ?? 'unchecked'}
      title={title}
      aria-label={`${word === '' ? '' : `${word}: `}Open ${path}:${formatLines(lines)}`}
      onClick={() => props.onOpen(path, lines)}
    >
      {content}
    </button>
  );
}
