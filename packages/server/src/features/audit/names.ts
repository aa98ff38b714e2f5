import type { AuditEntry } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { type AuditRow, personNames, projectNames } from './store.ts';

/**
 * What the projects and targets of these entries are called. All of it is from the log, as this transaction may see it: so what is
 * deleted is still named, and nobody learns a name from here that they could not read there.
 */
export async function namesOf(db: Db, rows: readonly AuditRow[]): Promise<(row: AuditRow) => AuditEntry['names']> {
  const projectIds = distinct(rows.map(({ projectId }) => projectId));
  const personIds = distinct(rows.map(({ targetKind, targetId }) => (targetKind === 'user' ? targetId : null)));
  const projects = projectIds.length === 0 ? new Map<string, string>() : await projectNames(db, projectIds);
  const people = personIds.length === 0 ? new Map<string, string>() : await personNames(db, personIds);
  return (row) => ({
    project: projects.get(row.projectId ?? '') ?? null,
    target: row.targetKind === 'user' ? (people.get(row.targetId ?? '') ?? null) : nameInDetails(row),
  });
}

/** Which of the details is the name of what kind of target. */
const nameDetails: Readonly<Record<string, string>> = { key: 'name', job: 'title', invitation: 'username' };

function nameInDetails({ action, actorName, targetKind, details }: AuditRow): string | null {
  // Whoever answers an invitation is the one it is for.
  if (action === 'invitation.accepted' || action === 'invitation.declined') return actorName;
  const name = details[nameDetails[targetKind ?? ''] ?? ''];
  return typeof name === 'string' && name !== '' ? name : null;
}

function distinct(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids.filter((id) => id !== null))];
}
