import { useComputedColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { groupTitle } from '#features/codebase/graph/groups.ts';
import type { Group } from '#features/codebase/graph/groups.ts';
import { formatCount } from '#lib/format.ts';

const shown = 12;

export function GraphLegend(props: { groups: readonly Group[] }): ReactNode {
  const scheme = useComputedColorScheme('dark');
  const more = props.groups.length - shown;
  return (
    <ul className="graph-legend" aria-label="Colours">
      {props.groups.slice(0, shown).map((group) => (
        <li key={group.name} title={`${formatCount(group.files)} files`}>
          <i style={{ background: group.color[scheme] }} />
          {groupTitle(group.name)}
        </li>
      ))}
      {more > 0 && <li className="muted">and {more} more</li>}
    </ul>
  );
}
