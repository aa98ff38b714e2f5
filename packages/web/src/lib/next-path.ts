/** A path of ours to go on to after signing in; null for everything that a browser could read as another site, and for the start page. */
export function nextPathOf(value: unknown): string | null {
  if (typeof value !== 'string' || !/^\/(?![/\\])[\x21-\x7e]{0,500}$/.test(value) || value.includes('\\')) return null;
  return value === '/' ? null : value;
}
