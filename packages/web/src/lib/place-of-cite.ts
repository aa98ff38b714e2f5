/** `src/a.ts:3-9@blob`, with or without the blob → the file and its lines; null for anything else. */
export function placeOfCite(cite: string): { path: string; startLine: number; endLine: number } | null {
  const match = /^(.+):(\d+)(?:-(\d+))?(?:@[0-9a-f]+)?$/.exec(cite);
  const path = match?.[1];
  if (path === undefined) return null;
  const startLine = Number(match?.[2]);
  return { path, startLine, endLine: Number(match?.[3] ?? startLine) };
}
