import { WorkerPoolContextProvider, CodeView } from '@pierre/diffs/react';
import type { CodeViewHandle } from '@pierre/diffs/react';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef } from 'react';
import type { ReactNode } from 'react';
import { focusableCode, highlighterOptions, poolOptions } from '#features/codebase/viewer/highlighting.ts';
import type { LineRange } from '#lib/search-params.ts';

interface Props {
  path: string;
  blob: string;
  text: string;
  lines: LineRange | null;
  onLines: (lines: LineRange | null) => void;
  /** A word of the code was clicked. */
  onWord: (word: string) => void;
}

/** The text of a file, drawn only where it is seen and coloured in workers. Lines are picked in the gutter. */
export function CodePane(props: Props): ReactNode {
  return (
    <WorkerPoolContextProvider poolOptions={poolOptions} highlighterOptions={highlighterOptions}>
      <Code key={props.path} {...props} />
    </WorkerPoolContextProvider>
  );
}

function Code(props: Props): ReactNode {
  const { path, blob, text, lines, onLines, onWord } = props;
  const scheme = useComputedColorScheme('dark');
  const view = useRef<CodeViewHandle<undefined, undefined>>(null);
  // Lines picked here are on the screen already: only lines from an address or a click elsewhere scroll.
  const picked = useRef<string | null>(null);
  const items = useMemo(
    () => [{ id: path, type: 'file' as const, file: { name: path, contents: text, cacheKey: `${path} ${blob}` } }],
    [path, blob, text],
  );
  const options = useMemo(
    () => ({
      themeType: scheme,
      disableFileHeader: true,
      enableLineSelection: true,
      lineHoverHighlight: 'number' as const,
      // The highlighting theme brings a background of its own.
      unsafeCSS: ':host, pre, code { --diffs-bg: var(--page) !important; background-color: var(--page); }',
      layout: { paddingTop: 4, paddingBottom: 24, gap: 0 },
      onPostRender: focusableCode,
      onTokenClick: (token: { tokenText: string }) => {
        const word = /[\p{L}_$][\p{L}\p{N}_$]*/u.exec(token.tokenText)?.[0];
        if (word !== undefined && word.length > 1) onWord(word);
      },
    }),
    [scheme, onWord],
  );
  const place = lines === null ? null : `${path} ${lines.start} ${lines.end}`;
  const start = lines?.start;
  useEffect(() => {
    if (start === undefined || place === picked.current) return;
    picked.current = place;
    view.current?.scrollTo({ type: 'line', id: path, lineNumber: start, align: 'center', behavior: 'instant' });
  }, [place, start, path]);
  return (
    <CodeView
      ref={view}
      className="code-view"
      containerRef={(element) => {
        element?.setAttribute('tabindex', '0');
        element?.setAttribute('role', 'region');
        element?.setAttribute('aria-label', `Code of ${path}`);
      }}
      items={items}
      options={options}
      selectedLines={lines === null ? null : { id: path, range: lines }}
      onSelectedLinesChange={(selection) => {
        const range = selection?.range;
        const next =
          range === undefined
            ? null
            : { start: Math.min(range.start, range.end), end: Math.max(range.start, range.end) };
        picked.current = next === null ? null : `${path} ${next.start} ${next.end}`;
        onLines(next);
      }}
    />
  );
}
