import { ActionIcon } from '@mantine/core';
import type { Project } from '@yudai/contract';
import { Code, ListChecks, PenLine, X } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useRef } from 'react';
import type { ReactNode } from 'react';
import { kindWords } from '#features/issues/draft/draft-source.ts';
import type { DraftSource } from '#features/issues/draft/draft-source.ts';
import { SourcePicker } from '#features/issues/draft/source-picker.tsx';
import { Tip } from '#ui/tip.tsx';

interface Props {
  project: Project;
  sources: readonly DraftSource[];
  /** Whether something was written: that is given too. */
  hasWords: boolean;
  onChange: (sources: readonly DraftSource[]) => void;
}

/** Everything that the architect is given: what was chosen, to take off again or add to, and what comes by itself. */
export function SourceList({ project, sources, hasWords, onChange }: Props): ReactNode {
  const list = useRef<HTMLUListElement>(null);
  const takeOff = (source: DraftSource) => {
    onChange(sources.filter((other) => other !== source));
    // The button is gone with what it took off.
    list.current?.closest('fieldset')?.querySelector('input')?.focus();
  };
  return (
    <fieldset className="draft-sources">
      <legend>The architect is given</legend>
      <ul ref={list} aria-label="The architect is given">
        {hasWords && <Fixed icon={PenLine}>Your words</Fixed>}
        {sources.map((source) => {
          const { icon: Icon, word } = kindWords[source.kind];
          return (
            <li key={source.id}>
              <Icon size={13} aria-hidden="true" />
              <span className="muted draft-kind">{word}</span>
              <span className="truncate grow" title={source.title}>
                {source.title}
              </span>
              <span className="mono muted draft-detail">{source.detail}</span>
              <Tip label="Leave it out">
                <ActionIcon size={24} aria-label={`Leave ${source.title} out`} onClick={() => takeOff(source)}>
                  <X size={12} />
                </ActionIcon>
              </Tip>
            </li>
          );
        })}
        <Fixed icon={Code}>
          {project.commit === null ? 'No code: nothing is indexed yet' : `Code of ${project.name} that fits`}
        </Fixed>
        <Fixed icon={ListChecks}>
          {project.source.kind === 'github'
            ? 'Issue templates and labels of the repository'
            : 'Issue templates of the repository'}
        </Fixed>
      </ul>
      <SourcePicker
        project={project}
        sources={sources}
        onAdd={(source) => {
          // One conversation: another takes its place.
          const others = source.kind === 'session' ? sources.filter(({ kind }) => kind !== 'session') : sources;
          onChange([...others, source]);
        }}
      />
    </fieldset>
  );
}

function Fixed({ icon: Icon, children }: { icon: LucideIcon; children: ReactNode }): ReactNode {
  return (
    <li className="muted">
      <Icon size={13} aria-hidden="true" />
      <span className="truncate">{children}</span>
    </li>
  );
}
