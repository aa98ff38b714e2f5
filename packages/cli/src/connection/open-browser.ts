import { spawn } from 'node:child_process';

/** Opens the page in the browser of this machine, if it has one. */
export function openBrowser(url: string): void {
  const command = process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open';
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  // A machine without a browser is no failure: the address is on the screen.
  child.on('error', () => undefined);
  child.unref();
}
