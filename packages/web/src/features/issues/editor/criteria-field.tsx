import { Select, Textarea, TextInput } from '@mantine/core';
import { checkKind, checkKinds } from '@yudai/contract';
import type { IssueDocument } from '@yudai/contract';
import type { ReactNode } from 'react';
import { ItemList } from '#features/issues/editor/item-list.tsx';
import { newCriterion } from '#features/issues/editor/items.ts';
import { checkWords } from '#features/issues/issue-words.ts';

type Criterion = IssueDocument['criteria'][number];

/** What has to hold once the issue is solved, each with a way to see that it does. */
export function CriteriaField(props: {
  criteria: readonly Criterion[];
  onChange: (criteria: Criterion[]) => void;
}): ReactNode {
  const { criteria, onChange } = props;
  return (
    <ItemList
      field="criteria"
      hint="What is true or false once this is solved, and how somebody sees it."
      items={criteria}
      nameOf={({ id }) => id}
      blank={() => newCriterion(criteria)}
      addLabel="Add a criterion"
      onChange={onChange}
    >
      {(criterion, change, id) => (
        <>
          <div className="row issue-criterion">
            <span className="mono muted">{criterion.id}</span>
            <Textarea
              className="grow"
              id={id}
              aria-label={criterion.id}
              autosize
              minRows={1}
              maxRows={6}
              maxLength={2000}
              value={criterion.text}
              onChange={(event) => change({ ...criterion, text: event.target.value })}
            />
          </div>
          <CheckField criterion={criterion} onChange={(check) => change({ ...criterion, check })} />
        </>
      )}
    </ItemList>
  );
}

function CheckField(props: { criterion: Criterion; onChange: (check: Criterion['check']) => void }): ReactNode {
  const { criterion, onChange } = props;
  const { id, check } = criterion;
  return (
    <div className="issue-check">
      <Select
        aria-label={`How ${id} is checked`}
        placeholder="No check yet"
        clearable
        clearButtonProps={{ 'aria-label': `No check for ${id}` }}
        data={checkKinds.map((value) => ({ value, label: checkWords[value].word }))}
        value={check?.kind ?? null}
        onChange={(value) => {
          const kind = checkKind.safeParse(value).data;
          onChange(kind === undefined ? null : { kind, how: check?.how ?? '' });
        }}
      />
      {check !== null && (
        <TextInput
          className="grow"
          aria-label={`Check of ${id}`}
          placeholder={checkWords[check.kind].hint}
          classNames={{ input: check.kind === 'observation' ? '' : 'mono' }}
          maxLength={2000}
          value={check.how}
          onChange={(event) => onChange({ ...check, how: event.target.value })}
        />
      )}
    </div>
  );
}
