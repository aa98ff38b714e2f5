import { useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef } from 'react';
import { links } from '#lib/links.ts';

const secondKeyMs = 1200;

/**
 * Listens for Ctrl+K, ? and G followed by the letter of a screen, except while somebody types or a dialog is open. A key that a part of
 * the screen has used, such as a letter that found a file in the tree, is not a shortcut too.
 */
export function useShortcuts(
  projectId: string | null,
  actions: { openPalette: () => void; openHelp: () => void },
): void {
  const navigate = useNavigate();
  const goPressedAt = useRef(-Infinity);

  const go = (key: string): boolean => {
    if (key === 'p') void navigate(links.projects());
    else if (key === 'j') void navigate(links.jobs());
    else if (projectId === null) return false;
    else if (key === 'w') void navigate(links.workbench(projectId));
    else if (key === 'c') void navigate(links.workbench(projectId, { chat: 'list' }));
    else if (key === 's') void navigate(links.search(projectId));
    else if (key === 'i') void navigate(links.issues(projectId));
    else if (key === 'v') void navigate(links.solves(projectId));
    else if (key === 'd') void navigate(links.graph(projectId));
    else return false;
    return true;
  };

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      return actions.openPalette();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
    const isSecond = event.timeStamp - goPressedAt.current < secondKeyMs;
    // In the tree G also goes to a file that starts so, and may yet be followed by the letter of a screen.
    goPressedAt.current = event.key === 'g' ? event.timeStamp : -Infinity;
    if (event.defaultPrevented) return;
    if (isSecond && go(event.key)) return event.preventDefault();
    if (event.key === '?') actions.openHelp();
  });

  useEffect(() => {
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"]') !== null) return true;
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
}
