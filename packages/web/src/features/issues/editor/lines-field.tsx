import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { fieldWords } from '#features/issues/editor/draft.ts';
import { ItemList } from '#features/issues/editor/item-list.tsx';

interface Props {
  field: 'outOfScope' | 'risks';
  hint: string;
  addLabel: string;
  lines: readonly string[];
  onChange: (lines: string[]) => void;
}

export function LinesField({ field, hint, addLabel, lines, onChange }: Props): ReactNode {
  return (
    <ItemList
      field={field}
      hint={hint}
      items={lines}
      nameOf={(_, index) => `line ${index + 1}`}
      blank={() => ''}
      addLabel={addLabel}
      onChange={onChange}
    >
      {(line, change, id, index) => (
        <TextInput
          id={id}
          aria-label={`${fieldWords[field]} ${index + 1}`}
          maxLength={2000}
          value={line}
          onChange={(event) => change(event.target.value)}
        />
      )}
    </ItemList>
  );
}
