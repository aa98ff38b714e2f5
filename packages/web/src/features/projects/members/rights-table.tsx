import { may, roles } from '@yudai/contract';
import type { Role } from '@yudai/contract';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { allPermissions, permissionWords, roleWords } from '#features/projects/members/role-words.ts';

/** What each role may do, straight from the table that the server goes by. */
export function RightsTable(props: { own: Role }): ReactNode {
  const columns = roles.toReversed();
  return (
    <div className="rights-scroll" tabIndex={0} role="region" aria-label="What each role may do">
      <table className="table rights-table">
        <thead>
          <tr>
            <th scope="col">May</th>
            {columns.map((role) => (
              <th key={role} scope="col" data-own={role === props.own || undefined}>
                {roleWords[role]}
                {role === props.own && <span className="visually-hidden"> (you)</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {allPermissions().map((permission) => (
            <tr key={permission}>
              <th scope="row">{permissionWords[permission]}</th>
              {columns.map((role) => (
                <td key={role} data-own={role === props.own || undefined}>
                  {may(role, permission) ? <Check size={14} aria-label="yes" /> : <span className="muted">–</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
