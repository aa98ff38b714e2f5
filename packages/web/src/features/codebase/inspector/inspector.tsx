import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { CardsPanel } from '#features/cards/cards-panel.tsx';
import '#features/codebase/inspector/inspector.css';
import { DependencyPanel } from '#features/codebase/inspector/dependency-panel.tsx';
import { OutlinePanel } from '#features/codebase/inspector/outline-panel.tsx';
import { ReferencePanel } from '#features/codebase/inspector/reference-panel.tsx';
import type { LineRange } from '#lib/search-params.ts';

const inspectorTabs = ['outline', 'dependencies', 'references', 'cards'] as const;
export type InspectorTab = (typeof inspectorTabs)[number];

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

/** What is known about the file and the names in it, and what people keep beside it. */
export function Inspector(props: Props): ReactNode {
  return (
    <Tabs
      className="inspector"
      value={props.tab}
      onChange={(value) => {
        const tab = inspectorTabs.find((known) => known === value);
        if (tab !== undefined) props.onTab(tab);
      }}
      keepMounted={false}
    >
      <Tabs.List>
        <Tabs.Tab value="outline">Outline</Tabs.Tab>
        <Tabs.Tab value="dependencies">Imports</Tabs.Tab>
        <Tabs.Tab value="references">References</Tabs.Tab>
        <Tabs.Tab value="cards">Cards</Tabs.Tab>
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
      <Tabs.Panel value="cards">
        <CardsPanel projectId={props.projectId} onOpen={props.onOpen} />
      </Tabs.Panel>
    </Tabs>
  );
}
