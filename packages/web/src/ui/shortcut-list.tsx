import type { ReactNode } from 'react';
import { localShortcuts, shortcuts } from '#ui/shortcuts.ts';
import { Keys } from '#ui/tip.tsx';

export function ShortcutList(): ReactNode {
  return (
    <dl className="shortcut-list">
      {[...Object.values(shortcuts), ...localShortcuts].map((shortcut) => (
        <div key={shortcut.label}>
          <dt>{shortcut.label}</dt>
          <dd>
            <Keys keys={shortcut.keys} />
            <span className="visually-hidden">{shortcut.keys}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
