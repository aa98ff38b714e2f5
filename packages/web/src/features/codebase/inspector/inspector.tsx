import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import '#features/codebase/inspector/inspector.css';
import { DependencyPanel } from '#features/codebase/inspector/dependency-panel.tsx';
import { OutlinePanel } from '#features/codebase/inspector/outline-panel.tsx';
import { ReferencePanel } from '#features/codebase/inspector/reference-panel.tsx';
import type { LineRange } from '#lib/search-params.ts';

export type InspectorTab = 'outline' | 'dependencies' | 'references';

interface Props {
  projectId: string;
  path: string | undefined;
  line: number | null;
  /** The name whose references are shown. */
  name: string | null;
  tab: InspectorTab;
  onTab: (tab: InspectorTab) => void;
  onName: (name: string) => void;
  onOpen: (path: string, lines: LineRange | null) => void;
}

/** What is known about the file and the names in it. */
export function Inspector(props: Props): ReactNode {
  return (
    <Tabs
      className="inspector"
      value={props.tab}
      onChange={(value) => {
        if (value === 'outline' || value === 'dependencies' || value === 'references') props.onTab(value);
      }}
      keepMounted={false}
    >
      <Tabs.List>
        <Tabs.Tab value="outline">Outline</Tabs.Tab>
        <Tabs.Tab value="dependencies">Imports</Tabs.Tab>
        <Tabs.Tab value="references">References</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="outline">
        <OutlinePanel {...props} />
      </Tabs.Panel>
      <Tabs.Panel value="dependencies">
        <DependencyPanel {...props} />
      </Tabs.Panel>
      <Tabs.Panel value="references">
        <ReferencePanel {...props} />
      </Tabs.Panel>
    </Tabs>
  );
}
