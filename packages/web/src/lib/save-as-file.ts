/** Gives the browser a JSON text to save under this name. */
export function saveAsFile(name: string, json: string): void {
  const url = URL.createObjectURL(new Blob([json], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the bytes over when the next task runs.
  setTimeout(() => URL.revokeObjectURL(url));
}
