import { useRef } from 'react';

const typingPauseMs = 700;

/** Collects letters that are typed without a pause; each call gives back the text so far. Another key, such as Enter, ends it. */
export function useTypeAhead(): { type: (letter: string) => string; end: () => void } {
  const typed = useRef({ text: '', at: 0 });
  const type = (letter: string) => {
    const now = Date.now();
    const text = now - typed.current.at < typingPauseMs ? typed.current.text + letter : letter;
    typed.current = { text, at: now };
    return text;
  };
  const end = () => {
    typed.current = { text: '', at: 0 };
  };
  return { type, end };
}

/** Letters that found no file are left to the shortcuts only where they are one: `?`, which names no file, or G and a letter from the start. */
export function mayBeShortcut(typed: string): boolean {
  return /^g.?$|\?$/.test(typed);
}
