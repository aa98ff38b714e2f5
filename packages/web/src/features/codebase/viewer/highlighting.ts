/** How code is coloured: in workers, with themes whose contrast is high enough in both schemes. */
export const poolOptions = {
  workerFactory: () => new Worker(new URL('./highlight-worker.ts', import.meta.url), { type: 'module' }),
  poolSize: 2,
};

export const highlighterOptions = {
  theme: { dark: 'github-dark-default', light: 'github-light-high-contrast' },
  lineDiffType: 'none' as const,
  // Each token becomes an element that a click can be told about.
  useTokenTransformer: true,
};

/** A long line scrolls sideways inside of the shadow root: the keyboard must be able to get there. */
export function focusableCode(node: HTMLElement): void {
  for (const code of node.shadowRoot?.querySelectorAll('code') ?? []) {
    code.tabIndex = 0;
    code.ariaLabel = 'Code';
    code.role = 'group';
  }
}
