/** What an issue is called whose text this is: its first line that says something, cut at 300 characters; empty without one. */
export function titleIn(markdown: string): string {
  const line = markdown.split('\n').find((text) => text.trim() !== '') ?? '';
  return line
    .replace(/^#+\s*/, '')
    .trim()
    .slice(0, 300);
}
