import type { KeyboardEvent } from 'react';

/** Arrow keys, Home and End move between the links and buttons of a list. */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('a[href], button')];
  const current = items.indexOf(event.target as HTMLElement);
  const target = targetOf(event.key, current, items.length);
  if (current < 0 || target === null) return;
  event.preventDefault();
  items[target]?.focus();
}

function targetOf(key: string, current: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(count - 1, current + 1);
    case 'ArrowUp':
      return Math.max(0, current - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
