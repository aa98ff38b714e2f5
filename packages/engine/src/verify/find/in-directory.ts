/** The path of a file of a directory; the root is the empty string. */
export function inDirectory(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}
