import { Button, useComputedColorScheme } from '@mantine/core';
import { parsePatchFiles } from '@pierre/diffs';
import type { FileDiffMetadata } from '@pierre/diffs';
import { CodeView, WorkerPoolContextProvider } from '@pierre/diffs/react';
import type { CodeViewHandle } from '@pierre/diffs/react';
import { useEffect, useMemo, useRef } from 'react';
import type { ReactNode } from 'react';
import '#features/codebase/viewer/viewer.css';
import { focusableCode, highlighterOptions, poolOptions } from '#features/codebase/viewer/highlighting.ts';

interface Props {
  /** A unified diff as git makes it. */
  patch: string;
  style: 'unified' | 'split';
  /** A file to scroll to. */
  target: string | null;
  /** Null where nobody may write. */
  onTake: ((path: string) => void) | null;
}

/** On the viewer's own colours of changed lines a comment cannot be read well in light. */
const paleLines = `:host { ${['addition', 'deletion']
  .map((kind) => {
    const mix = (percent: number) => `color-mix(in lab, var(--diffs-bg) ${percent}%, var(--diffs-${kind}-base))`;
    return `--diffs-bg-${kind}-override: light-dark(${mix(96)}, ${mix(80)});`;
  })
  .join(' ')} }`;

/** A diff of any length, drawn only where it is seen and coloured in workers. A patch that cannot be read is shown as it is. */
export function DiffPane(props: Props): ReactNode {
  const files = useMemo(() => filesOf(props.patch), [props.patch]);
  if (files === null) {
    return (
      <pre className="solve-raw" tabIndex={0} aria-label="The change">
        {props.patch}
      </pre>
    );
  }
  return (
    <WorkerPoolContextProvider poolOptions={poolOptions} highlighterOptions={highlighterOptions}>
      <Diff {...props} files={files} />
    </WorkerPoolContextProvider>
  );
}

function Diff({ files, patch, style, target, onTake }: Props & { files: readonly FileDiffMetadata[] }): ReactNode {
  const scheme = useComputedColorScheme('dark');
  const view = useRef<CodeViewHandle<undefined, undefined>>(null);
  const items = useMemo(() => {
    const version = hashOf(patch);
    return files.map((fileDiff) => ({ id: fileDiff.name, type: 'diff' as const, fileDiff, version }));
  }, [files, patch]);
  const options = useMemo(
    () => ({
      diffStyle: style,
      themeType: scheme,
      stickyHeaders: true,
      hunkSeparators: 'metadata' as const,
      unsafeCSS: `:host, pre, code { --diffs-bg: var(--page) !important; background-color: var(--page); } ${paleLines}`,
      layout: { paddingTop: 0, paddingBottom: 24, gap: 8 },
      onPostRender: focusableCode,
    }),
    [scheme, style],
  );
  useEffect(() => {
    if (target !== null) view.current?.scrollTo({ type: 'item', id: target, behavior: 'instant' });
  }, [target]);
  return (
    <CodeView
      ref={view}
      className="code-view"
      containerRef={(element) => {
        element?.setAttribute('tabindex', '0');
        element?.setAttribute('role', 'region');
        element?.setAttribute('aria-label', 'The change');
      }}
      items={items}
      options={options}
      renderHeaderMetadata={(item) =>
        onTake === null ? null : (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onTake(item.id)}>
            Take over
          </Button>
        )
      }
    />
  );
}

function filesOf(patch: string): FileDiffMetadata[] | null {
  try {
    return parsePatchFiles(patch, undefined).flatMap(({ files }) => files);
  } catch {
    return null; // It is shown as text instead.
  }
}

/** Tells the viewer that an item of the same name has another content. */
function hashOf(text: string): number {
  let hash = 0;
  for (let place = 0; place < text.length; place += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(place)) | 0;
  return hash >>> 0;
}
