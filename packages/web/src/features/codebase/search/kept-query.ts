const keyOf = (projectId: string) => `yudai.query.${projectId}`;

/** A search text that is too long for the address, kept until the tab closes. */
export function readQuery(projectId: string): string {
  return sessionStorage.getItem(keyOf(projectId)) ?? '';
}

export function writeQuery(projectId: string, query: string): void {
  if (query === '') sessionStorage.removeItem(keyOf(projectId));
  else sessionStorage.setItem(keyOf(projectId), query);
}
