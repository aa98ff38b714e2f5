import { useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

/** Long enough for a dialog to hand the focus back by itself. */
const settleMs = 150;
const mostRemembered = 20;

/**
 * Catches the focus when what has it disappears: the row that was removed, the dialog that was closed, the page that was left. It goes
 * back to what had it before and is still there, in the dialog that is open if there is one, else to the content. Otherwise who works
 * without a mouse would start again at the top of the page after each deed.
 */
export function useFocusNet(): void {
  const { pathname } = useLocation();
  const remembered = useRef<HTMLElement[]>([]);
  const firstPath = useRef<string | null>(pathname);

  useEffect(() => {
    // A page that has just been opened begins at its top, with the link that skips to the content.
    if (firstPath.current === pathname) return;
    firstPath.current = null;
    // What had the focus on another page is nothing to go back to.
    const { activeElement } = document;
    remembered.current = activeElement instanceof HTMLElement && !isNowhere() ? [activeElement] : [];
    if (isNowhere()) catchFocus(remembered.current);
  }, [pathname]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const remember = ({ target }: FocusEvent) => {
      if (target instanceof HTMLElement) remembered.current = [target, ...remembered.current].slice(0, mostRemembered);
    };
    const look = () => {
      // Nobody who has not been anywhere yet has lost their place.
      if (!isNowhere() || remembered.current.length === 0) return;
      clearTimeout(timer);
      timer = setTimeout(() => catchFocus(remembered.current), settleMs);
    };
    // Who clicks beside everything has let go of the focus on purpose.
    const release = ({ target }: PointerEvent) => {
      if (target instanceof Element && target.closest('a, button, input, label, textarea, [tabindex]') === null) {
        remembered.current = [];
      }
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });
    document.addEventListener('focusin', remember);
    document.addEventListener('pointerdown', release);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      document.removeEventListener('focusin', remember);
      document.removeEventListener('pointerdown', release);
    };
  }, []);
}

function isNowhere(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

function catchFocus(remembered: readonly HTMLElement[]): void {
  const [last] = remembered;
  // A button that waits for an answer takes the focus again when it has it.
  if (!isNowhere() || (last?.isConnected === true && last.matches(':disabled'))) return;
  const dialog = [...document.querySelectorAll<HTMLElement>('[role="dialog"]')].findLast(isShown) ?? null;
  const before = remembered.find(
    (element) => isShown(element) && !element.matches(':disabled') && (dialog === null || dialog.contains(element)),
  );
  const target =
    before ??
    dialog?.querySelector<HTMLElement>('[data-autofocus]') ??
    dialog?.querySelector<HTMLElement>('button, input') ??
    document.getElementById('content');
  target?.focus({ preventScroll: true });
}

function isShown(element: HTMLElement): boolean {
  return element.isConnected && element.getClientRects().length > 0;
}
