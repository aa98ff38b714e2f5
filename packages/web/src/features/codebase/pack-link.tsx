import { Package } from 'lucide-react';
import type { ReactNode } from 'react';
import { usePackPaths } from '#features/codebase/pack-paths.ts';
import { formatNoun } from '#lib/format.ts';
import { links } from '#lib/links.ts';
import { LinkButton } from '#ui/link-button.tsx';

/** While files are put aside for a pack: how many, and the way to the panel that makes it. */
export function PackLink(props: { projectId: string }): ReactNode {
  const { paths } = usePackPaths(props.projectId);
  if (paths.length === 0) return null;
  return (
    <LinkButton
      variant="default"
      size="compact-sm"
      leftSection={<Package size={13} aria-hidden="true" />}
      aria-label={`Pack with ${formatNoun(paths.length, 'file')}`}
      {...links.search(props.projectId, { pack: true })}
    >
      {paths.length}
    </LinkButton>
  );
}
