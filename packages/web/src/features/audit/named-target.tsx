import type { AuditEntry } from '@yudai/contract';
import type { ReactNode } from 'react';
import { kindOf } from '#features/audit/action-words.ts';

/** What a deed was done to: by name where one is known, with the id for who points at it; else the id. */
export function NamedTarget({ entry }: { entry: AuditEntry }): ReactNode {
  const { target, projectId, names } = entry;
  const id = target?.id ?? projectId;
  if (id === null) return <span className="muted">–</span>;
  const name = target === null ? names.project : names.target;
  return (
    <span className="row">
      <span className={name === null ? 'truncate mono muted' : 'truncate'} title={id}>
        {name ?? id}
      </span>
      <span className="truncate muted audit-aside">{asideOf(entry)}</span>
    </span>
  );
}

/** What kind of thing it is, and the project that it is in. */
function asideOf({ target, projectId, names }: AuditEntry): string {
  if (target === null) return 'project';
  if (projectId === null) return kindOf(target.kind);
  return `${kindOf(target.kind)} in ${names.project ?? projectId}`;
}
