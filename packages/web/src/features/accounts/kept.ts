const skippedKey = (userId: string) => `yudai.welcome.${userId}`;
const nextKey = 'yudai.next';

/** Whether this person has put the question what they came for aside, in this browser. */
export function hasSkippedWelcome(userId: string): boolean {
  return localStorage.getItem(skippedKey(userId)) !== null;
}

export function skipWelcome(userId: string): void {
  localStorage.setItem(skippedKey(userId), 'skipped');
}

/** Where a sign-in was to lead: one that failed comes back without it. */
export function keepNext(next: string | null): void {
  if (next === null) sessionStorage.removeItem(nextKey);
  else sessionStorage.setItem(nextKey, next);
}

export function keptNext(): string | null {
  return sessionStorage.getItem(nextKey);
}

/** Forgets what this browser keeps of a person's work; the look of the page and who has skipped a question stay. */
export function forgetWork(): void {
  sessionStorage.clear();
  localStorage.removeItem('yudai.project');
}
