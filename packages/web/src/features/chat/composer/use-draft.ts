import { useState } from 'react';

const prefix = 'yudai.draft.';

/** The text that a person has begun to write in a conversation. It survives other screens and a reload. */
export function useDraft(id: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => localStorage.getItem(prefix + id) ?? '');
  const save = (next: string) => {
    setText(next);
    try {
      if (next === '') localStorage.removeItem(prefix + id);
      else localStorage.setItem(prefix + id, next);
    } catch {
      // The browser's store is full or closed: the text lives as long as the page.
    }
  };
  return [text, save];
}
