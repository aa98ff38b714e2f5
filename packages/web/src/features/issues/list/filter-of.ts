import type { IssuesSearch } from '#lib/search-params.ts';

/** The filters of the address as the API takes them: a day begins where the person is. */
export function filterOf({ q, status, priority, label, archived, since }: IssuesSearch) {
  return {
    ...(q === undefined ? {} : { query: q }),
    ...(status === undefined ? {} : { status }),
    ...(priority === undefined ? {} : { priority }),
    ...(label === undefined ? {} : { label }),
    ...(archived === true ? { archived } : {}),
    ...(since === undefined ? {} : { since: new Date(`${since}T00:00:00`).toISOString() }),
  };
}
