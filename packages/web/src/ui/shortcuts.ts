/** Every shortcut, as the help and the tooltips show it. */
export const shortcuts = {
  palette: { keys: 'Ctrl K', label: 'Search and commands' },
  projects: { keys: 'G P', label: 'Projects' },
  workbench: { keys: 'G W', label: 'Workbench' },
  chat: { keys: 'G C', label: 'Chat with DAifu' },
  search: { keys: 'G S', label: 'Search code' },
  graph: { keys: 'G D', label: 'Dependencies' },
  issues: { keys: 'G I', label: 'Issues' },
  solves: { keys: 'G V', label: 'Solves' },
  jobs: { keys: 'G J', label: 'Jobs' },
  help: { keys: '?', label: 'Keyboard shortcuts' },
  close: { keys: 'Esc', label: 'Close a dialog or panel' },
} as const;

/** Keys that work inside one part of a screen. */
export const localShortcuts = [
  { keys: '↑ ↓', label: 'Move in the tree, the outline and results' },
  { keys: '← →', label: 'Close and open a folder of the tree' },
  { keys: 'Enter', label: 'Open the file or result' },
  { keys: 'Shift Enter', label: 'Add the file of the tree to the pack, or take it out' },
  { keys: 'Ctrl Enter', label: 'Search from the query box' },
  { keys: 'X', label: 'Pick the issue of the row' },
  { keys: 'Alt ↑ ↓', label: 'Move a criterion, evidence or file of an issue' },
  { keys: 'Ctrl S', label: 'Save the issue' },
  { keys: '[ ]', label: 'Step by step through a solve that has ended' },
  { keys: '/ @', label: 'Commands in a message; files, symbols, cards, issues and commits' },
  { keys: 'Esc', label: 'Stop the answer, in the chat' },
] as const;
