import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';

/** Rows that are on their way, of uneven width like the real ones. */
export function SkeletonRows(props: { count?: number; label: string }): ReactNode {
  const widths = [62, 48, 74, 55, 40, 68, 51, 59];
  return (
    <div className="skeleton-rows" role="status" aria-label={props.label}>
      {Array.from({ length: props.count ?? 8 }, (_, index) => (
        <Skeleton key={index} height={12} width={`${widths[index % widths.length] ?? 50}%`} radius="xs" />
      ))}
    </div>
  );
}
