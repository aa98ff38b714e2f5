import type { ProjectSource } from '@yudai/contract';

export function sourceName(source: ProjectSource): string {
  if (source.kind === 'github') return source.repository;
  return source.kind === 'folder' ? source.path : source.url.replace(/^https?:\/\//, '').replace(/\.git$/, '');
}

/** What somebody typed: an address when it has a scheme or looks like `host/path`, else a folder of the server's machine. */
export function sourceOf(text: string): ProjectSource | null {
  const value = text.trim();
  if (value === '') return null;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value) || /^[\w.-]+@[\w.-]+:/.test(value)) return { kind: 'git', url: value };
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+\/[^/\s]+\/\S+$/i.test(value)) return { kind: 'git', url: `https://${value}` };
  return { kind: 'folder', path: value };
}
