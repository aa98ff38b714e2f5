import type { ReactNode } from 'react';
import { CommandPalette } from '#app/command-palette.tsx';
import { ShortcutHelp } from '#app/shortcut-help.tsx';

/** What can be opened over every screen. No screen needs it at first, so it comes in a chunk of its own. */
export function Dialogs(props: {
  opened: 'palette' | 'help' | null;
  onClose: () => void;
  projectId: string | null;
}): ReactNode {
  const { opened, onClose, projectId } = props;
  return (
    <>
      <CommandPalette opened={opened === 'palette'} onClose={onClose} projectId={projectId} />
      <ShortcutHelp opened={opened === 'help'} onClose={onClose} />
    </>
  );
}
