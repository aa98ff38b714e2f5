import type { ReactNode } from 'react';
import { type Draft, differingFields, fieldWords } from '#features/issues/editor/draft.ts';
import { textOfField } from '#features/issues/editor/text-of-field.ts';

/** The fields that differ, what they said before and what they say after, one below the other. */
export function DraftDifferences(props: {
  before: Draft;
  after: Draft;
  names: readonly [before: string, after: string];
}): ReactNode {
  const { before, after, names } = props;
  const fields = differingFields(before, after);
  if (fields.length === 0) return <p className="muted">They say the same.</p>;
  return (
    <dl className="issue-differences">
      {fields.map((field) => (
        <div key={field}>
          <dt>{fieldWords[field]}</dt>
          <Side name={names[0]} text={textOfField(field, before)} />
          <Side name={names[1]} text={textOfField(field, after)} />
        </div>
      ))}
    </dl>
  );
}

/** As text: nothing in it is drawn. */
export function Side({ name, text }: { name: string; text: string }): ReactNode {
  return (
    <dd>
      <span className="muted">{name}</span>
      <pre tabIndex={0} aria-label={name}>
        {text === '' ? '–' : text}
      </pre>
    </dd>
  );
}
