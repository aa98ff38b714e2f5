import type { AuditSearch } from '#lib/search-params.ts';

const dayMs = 86_400_000;

/** The filters of the address as the API takes them: days begin and end where the person is. */
export function filterOf({ action, person, project, from, to }: AuditSearch) {
  return {
    ...(action === undefined ? {} : { action }),
    ...(person === undefined ? {} : { actorId: person }),
    ...(project === undefined ? {} : { projectId: project }),
    ...(from === undefined ? {} : { from: startOf(from).toISOString() }),
    ...(to === undefined ? {} : { to: dayAfter(to).toISOString() }),
  };
}
export type AuditFilter = ReturnType<typeof filterOf>;

function startOf(day: string): Date {
  return new Date(`${day}T00:00:00`);
}

/** The start of the next day, which is 23 or 25 hours away where clocks change. */
function dayAfter(day: string): Date {
  const noon = new Date(startOf(day).getTime() + 1.5 * dayMs);
  return new Date(noon.getFullYear(), noon.getMonth(), noon.getDate());
}
