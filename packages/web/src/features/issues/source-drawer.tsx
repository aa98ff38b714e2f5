import { Drawer } from '@mantine/core';
import { PanelsTopLeft } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { ReactNode } from 'react';
import { formatLines } from '#lib/search-params.ts';
import type { LineRange } from '#lib/search-params.ts';
import { links } from '#lib/links.ts';
import { LinkButton } from '#ui/link-button.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

const FileView = lazy(async () => ({ default: (await import('#features/codebase/viewer/file-view.tsx')).FileView }));

export interface Place {
  readonly path: string;
  readonly lines: LineRange | null;
}

/** The code that a citation names, beside the issue; the way to the workbench is in it. */
export function SourceDrawer(props: {
  projectId: string;
  place: Place | null;
  onPlace: (place: Place | null) => void;
}): ReactNode {
  const { projectId, place, onPlace } = props;
  return (
    <Drawer
      opened={place !== null}
      onClose={() => onPlace(null)}
      title="Source"
      size="min(100vw, 760px)"
      className="side-drawer issue-source"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {place !== null && (
        <>
          <LinkButton
            variant="subtle"
            color="gray"
            size="compact-sm"
            leftSection={<PanelsTopLeft size={13} aria-hidden="true" />}
            {...links.workbench(projectId, {
              path: place.path,
              ...(place.lines === null ? {} : { line: formatLines(place.lines) }),
            })}
          >
            Open in the workbench
          </LinkButton>
          <div className="viewer">
            <Suspense fallback={<SkeletonRows label="Loading the file" />}>
              <FileView
                projectId={projectId}
                path={place.path}
                lines={place.lines}
                onLines={(lines) => onPlace({ ...place, lines })}
                onWord={nothing}
              />
            </Suspense>
          </div>
        </>
      )}
    </Drawer>
  );
}

function nothing(): void {
  // Who uses a word is shown in the workbench.
}
