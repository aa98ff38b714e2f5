import { ActionIcon } from '@mantine/core';
import { PackageCheck, PackagePlus } from 'lucide-react';
import type { ReactNode } from 'react';
import { mostPackPaths, usePackPaths } from '#features/codebase/pack-paths.ts';
import { Tip } from '#ui/tip.tsx';

/** Puts a file into the pack for a model, or takes it out. */
export function PackButton(props: { projectId: string; path: string }): ReactNode {
  const { paths, toggle } = usePackPaths(props.projectId);
  const isPacked = paths.includes(props.path);
  const isFull = !isPacked && paths.length >= mostPackPaths;
  const label = isPacked ? 'Take out of the pack' : 'Add to the pack';
  return (
    <Tip label={isFull ? `The pack holds ${mostPackPaths} files already` : label}>
      <ActionIcon
        className="pack-button"
        aria-label={label}
        data-packed={isPacked || undefined}
        disabled={isFull}
        onClick={() => toggle(props.path)}
      >
        {isPacked ? <PackageCheck size={14} /> : <PackagePlus size={14} />}
      </ActionIcon>
    </Tip>
  );
}
