import { useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef } from 'react';
import { links } from '#lib/links.ts';

const secondKeyMs = 1200;

/** Listens for Ctrl+K, ? and G followed by the letter of a screen, except while somebody types or a dialog is open. */
export function useShortcuts(
  projectId: string | null,
  actions: { openPalette: () => void; openHelp: () => void },
): void {
  const navigate = useNavigate();
  const goPressedAt = useRef(0);

  const go = (key: string): boolean => {
    if (key === 'p') void navigate(links.projects());
    else if (key === 'j') void navigate(links.jobs());
    else if (projectId === null) return false;
    else if (key === 'w') void navigate(links.workbench(projectId));
    else if (key === 's') void navigate(links.search(projectId));
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
    goPressedAt.current = 0;
    if (isSecond && go(event.key)) return event.preventDefault();
    if (event.key === 'g') goPressedAt.current = event.timeStamp;
    if (event.key === '?') actions.openHelp();
  });

  useEffect(() => {
    // Capture: the tree's type-ahead must not see the second key of a sequence.
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"]') !== null) return true;
  return (
    target instanceof Element && target.closest('input, textarea, select, [contenteditable], [role="tree"]') !== null
  );
}
