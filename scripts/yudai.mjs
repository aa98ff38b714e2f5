#!/usr/bin/env node
// The command `yudai`: sets the checkout up where needed, then becomes the CLI under Node 24.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { memoryEnvironment, memoryFlags } from './memory.mjs';
import { root, runScript } from './run-command.mjs';
import { setUp } from './setup.mjs';

const main = join(root, 'packages', 'cli', 'src', 'main.ts');
const args = process.argv.slice(2);

await runScript(async () => {
  const isServer = args[0] === 'start';
  const node = await setUp({ web: isServer });
  if (isServer) return serveUnder(node);
  if (Number(process.versions.node.split('.')[0]) < 24) return runUnder(node, [], process.env);
  process.argv = [process.execPath, main, ...args];
  await import(pathToFileURL(main).href);
  return process.exitCode;
});

/** A server lives long and stays small only with settings that a process gets at its start: it takes this one's place where it can. */
function serveUnder(node) {
  const env = { ...memoryEnvironment, ...process.env };
  const canReplace = process.execve !== undefined && process.platform !== 'win32';
  if (canReplace) process.execve(node, [node, ...memoryFlags, main, ...args], env);
  return runUnder(node, memoryFlags, env);
}

/** Stands in front of the real process: signals go through, and it ends as that one ends. */
function runUnder(node, flags, env) {
  return new Promise((resolve) => {
    const child = spawn(node, [...flags, main, ...args], { stdio: 'inherit', env });
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
