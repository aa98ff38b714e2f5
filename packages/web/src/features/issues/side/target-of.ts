import type { IssueDocument, ReadinessReason } from '@yudai/contract';

/** Ids of the fields in the form, so that a reason can lead to what it is about. */
export const fieldId = (field: string): string => `issue-${field}`;
export const itemId = (field: string, index: number): string => `issue-${field}-${index}`;

/** The id of the field that a reason is about, of its item where it names one; null for the issue as a whole. */
export function targetOf({ field, at }: Pick<ReadinessReason, 'field' | 'at'>, document: IssueDocument): string | null {
  if (field === null) return null;
  const index = at === null ? -1 : placeOf(field, at, document);
  return index < 0 ? fieldId(field) : itemId(field, index);
}

function placeOf(field: NonNullable<ReadinessReason['field']>, at: string, document: IssueDocument): number {
  if (field === 'criteria') return document.criteria.findIndex(({ id }) => id === at);
  if (field === 'evidence') return document.evidence.findIndex(({ cite, note }) => cite === at || note.includes(at));
  return field === 'files' ? document.files.findIndex(({ path }) => path === at) : -1;
}
