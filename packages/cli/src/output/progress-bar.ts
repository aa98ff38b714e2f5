import { coloured, plain, type Style } from '#output/style.ts';
import { type Terminal, wantsColour } from '#terminal.ts';

export interface ProgressBar {
  update(percent: number, message: string | null): void;
  /** Takes the bar away; what came of the work is said by others. */
  clear(): void;
}

const width = 28;

/**
 * Shows how far work has come on stderr: a bar that is drawn over in a terminal, a line for each new message or tenth elsewhere.
 * (The bar of @clack/prompts ends the process on Ctrl+C, where ours has to cancel the job first.)
 */
export function createProgressBar(terminal: Terminal, title: string): ProgressBar {
  return terminal.stderr.isTTY === true ? drawnBar(terminal, title) : spokenBar(terminal, title);
}

function drawnBar({ stderr, env }: Terminal, title: string): ProgressBar {
  const style = wantsColour(stderr, env) ? coloured : plain;
  let shown = '';
  return {
    update: (percent, message) => {
      const columns = stderr.columns ?? 80;
      const line = barLine(title, percent, message, columns, style);
      if (line === shown) return;
      shown = line;
      stderr.write(`\r\u001b[2K${line}`);
    },
    clear: () => {
      if (shown !== '') stderr.write('\r\u001b[2K');
    },
  };
}

/** One line of at most `columns` visible characters. */
export function barLine(title: string, percent: number, message: string | null, columns: number, style: Style): string {
  const filled = Math.round((Math.min(100, Math.max(0, percent)) / 100) * width);
  const bar = style('cyan', '━'.repeat(filled)) + style('dim', '─'.repeat(width - filled));
  const number = `${Math.round(percent)} %`.padStart(5);
  const words = message === null ? title : `${title}: ${message}`;
  return `${bar} ${number}  ${words.slice(0, Math.max(0, columns - width - 9))}`;
}

function spokenBar({ stderr }: Terminal, title: string): ProgressBar {
  let lastTenth = -1;
  let lastMessage: string | null = null;
  return {
    update: (percent, message) => {
      const tenth = Math.floor(percent / 10);
      if (tenth === lastTenth && message === lastMessage) return;
      lastTenth = tenth;
      lastMessage = message;
      stderr.write(`${title}: ${Math.round(percent)} %${message === null ? '' : ` ${message}`}\n`);
    },
    clear: () => {},
  };
}
