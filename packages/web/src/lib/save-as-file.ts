/** Gives the browser a text to save under this name: Markdown when the name says so, otherwise JSON. */
export function saveAsFile(name: string, text: string): void {
  const type = name.endsWith('.md') ? 'text/markdown' : 'application/json';
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the bytes over when the next task runs.
  setTimeout(() => URL.revokeObjectURL(url));
}
