import type { Draft, Field } from '#features/issues/editor/draft.ts';

/** What a field says, as plain text with one line an item. */
export function textOfField(field: Field, draft: Draft): string {
  switch (field) {
    case 'evidence':
      return draft.evidence.map(({ cite, note }) => (cite === null ? note : `${cite} ${note}`)).join('\n');
    case 'criteria':
      return draft.criteria
        .map(({ id, text, check }) => `${id} ${text}${check === null ? '' : ` (${check.kind}: ${check.how})`}`)
        .join('\n');
    case 'files':
      return draft.files
        .map(({ path, symbol, confidence, why }) =>
          [path, symbol, `${Math.round(confidence * 100)}%`, why]
            .filter((part) => part !== null && part !== '')
            .join(' · '),
        )
        .join('\n');
    case 'outOfScope':
    case 'risks':
    case 'labels':
    case 'assignees':
      return draft[field].join('\n');
    case 'title':
    case 'problem':
    case 'current':
    case 'wanted':
    case 'notes':
    case 'priority':
    case 'complexity':
      return draft[field];
  }
}
