/**
 * Text of a repository as a terminal may see it: what would move the cursor, clear the screen or colour it is taken out. Line breaks
 * and tabs stay.
 */
export function safeText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this removes
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\u{fffd}');
}
