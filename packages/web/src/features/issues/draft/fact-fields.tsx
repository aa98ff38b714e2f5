import { Select, TagsInput } from '@mantine/core';
import { complexities, complexity, issuePriorities, issuePriority } from '@yudai/contract';
import type { Project } from '@yudai/contract';
import type { ReactNode } from 'react';
import { complexityWords, priorityWords } from '#features/issues/draft/chosen-facts.ts';
import type { ChosenFacts } from '#features/issues/draft/chosen-facts.ts';
import { useRepositoryLabels } from '#features/issues/draft/use-repository-labels.ts';

interface Props {
  project: Project;
  facts: ChosenFacts;
  onChange: (facts: ChosenFacts) => void;
}

/** What a person decides beforehand; what stays open, the architect decides. */
export function FactFields({ project, facts, onChange }: Props): ReactNode {
  const labels = useRepositoryLabels(project);
  return (
    <div className="draft-facts">
      <Select
        label="Priority"
        placeholder="Left to the architect"
        clearable
        clearButtonProps={{ 'aria-label': 'Leave the priority to the architect' }}
        data={issuePriorities.map((value) => ({ value, label: priorityWords[value] }))}
        value={facts.priority}
        onChange={(value) => onChange({ ...facts, priority: issuePriority.safeParse(value).data ?? null })}
      />
      <Select
        label="Size"
        placeholder="Left to the architect"
        clearable
        clearButtonProps={{ 'aria-label': 'Leave the size to the architect' }}
        data={complexities.map((value) => ({ value, label: complexityWords[value] }))}
        value={facts.complexity}
        onChange={(value) => onChange({ ...facts, complexity: complexity.safeParse(value).data ?? null })}
      />
      <TagsInput
        className="draft-labels"
        label="Labels"
        placeholder={facts.labels.length === 0 ? 'Besides those that the architect picks' : ''}
        maxTags={20}
        maxLength={50}
        data={labels}
        value={[...facts.labels]}
        onChange={(next) => onChange({ ...facts, labels: next })}
      />
    </div>
  );
}
