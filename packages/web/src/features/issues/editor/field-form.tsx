import { TextInput } from '@mantine/core';
import type { Citation } from '@yudai/contract';
import type { ReactNode } from 'react';
import type { OpenSource } from '#features/chat/markdown/citation-chip.tsx';
import { EvidenceField, FilesField } from '#features/issues/editor/code-fields.tsx';
import { CriteriaField } from '#features/issues/editor/criteria-field.tsx';
import type { Draft } from '#features/issues/editor/draft.ts';
import { LinesField } from '#features/issues/editor/lines-field.tsx';
import { ProseField } from '#features/issues/editor/prose-field.tsx';
import { fieldId } from '#features/issues/side/target-of.ts';

interface Props {
  draft: Draft;
  citations: readonly Citation[];
  onChange: (changes: Partial<Draft>) => void;
  onOpen: OpenSource;
}

/** The issue field by field. */
export function FieldForm({ draft, citations, onChange, onOpen }: Props): ReactNode {
  const prose = { citations, onOpen };
  return (
    <div className="issue-form">
      <TextInput
        id={fieldId('title')}
        label="Title"
        maxLength={256}
        value={draft.title}
        error={draft.title.trim() === '' ? 'An issue needs a title.' : undefined}
        onChange={(event) => onChange({ title: event.target.value })}
      />
      <ProseField
        {...prose}
        field="problem"
        hint="What the problem is, and for whom."
        value={draft.problem}
        onChange={(problem) => onChange({ problem })}
      />
      <EvidenceField {...prose} evidence={draft.evidence} onChange={(evidence) => onChange({ evidence })} />
      <ProseField
        {...prose}
        field="current"
        hint="What somebody sees who does it today."
        value={draft.current}
        onChange={(current) => onChange({ current })}
      />
      <ProseField
        {...prose}
        field="wanted"
        hint="What they should see instead."
        value={draft.wanted}
        onChange={(wanted) => onChange({ wanted })}
      />
      <CriteriaField criteria={draft.criteria} onChange={(criteria) => onChange({ criteria })} />
      <FilesField files={draft.files} onChange={(files) => onChange({ files })} />
      <LinesField
        field="outOfScope"
        hint="What is not to be done with this issue."
        addLabel="Add a line"
        lines={draft.outOfScope}
        onChange={(outOfScope) => onChange({ outOfScope })}
      />
      <LinesField
        field="risks"
        hint="What may break, and who would notice."
        addLabel="Add a risk"
        lines={draft.risks}
        onChange={(risks) => onChange({ risks })}
      />
      <ProseField
        {...prose}
        field="notes"
        hint="Whatever else belongs in, such as sections that the repository’s template asks for."
        value={draft.notes}
        onChange={(notes) => onChange({ notes })}
      />
    </div>
  );
}
