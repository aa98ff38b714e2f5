#!/usr/bin/env node
// The command `yudai`: sets the checkout up where needed, then becomes the CLI under Node 24.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, runScript } from './run-command.mjs';
import { setUp } from './setup.mjs';

const main = join(root, 'packages', 'cli', 'src', 'main.ts');
const args = process.argv.slice(2);

await runScript(async () => {
  const node = await setUp({ web: args[0] === 'start' });
  if (Number(process.versions.node.split('.')[0]) < 24) return runUnder(node);
  process.argv = [process.execPath, main, ...args];
  await import(pathToFileURL(main).href);
  return process.exitCode;
});

/** Stands in front of the real process: signals go through, and it ends as that one ends. */
function runUnder(node) {
  return new Promise((resolve) => {
    const child = spawn(node, [main, ...args], { stdio: 'inherit' });
    const forward = (signal) => child.kill(signal);
    process.on('SIGTERM', forward);
    process.on('SIGHUP', forward);
    // A terminal sends Ctrl+C to both of us; forwarding it would count as a second, impatient one.
    process.on('SIGINT', (signal) => process.stdin.isTTY || forward(signal));
    child.on('close', (code, signal) => {
      if (signal === null) return resolve(code);
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    });
  });
}
