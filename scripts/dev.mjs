// `npm run dev`: the server restarts and the web reloads when their sources change. Arguments go to the server.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, runScript, toolEnvironment } from './run-command.mjs';
import { setUp } from './setup.mjs';

await runScript(async () => {
  const node = await setUp();
  const env = toolEnvironment();
  const cli = join(root, 'packages', 'cli', 'src', 'main.ts');
  const watched = ['server', 'engine', 'contract', 'cli'].map(
    (name) => `--watch-path=${join(root, 'packages', name, 'src')}`,
  );
  const server = spawn(node, [...watched, '--watch-preserve-output', cli, 'start', ...process.argv.slice(2)], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  const web = spawn(node, [join(root, 'node_modules', 'vite', 'bin', 'vite.js')], {
    cwd: join(root, 'packages', 'web'),
    env,
    stdio: 'inherit',
  });
  return firstToEnd([server, web]);
});

/** When one of the two ends, so does the other. */
function firstToEnd(children) {
  const stop = () => children.forEach((child) => child.kill('SIGTERM'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  return new Promise((resolve) => {
    for (const child of children) {
      child.on('close', (code) => {
        stop();
        resolve(code ?? 0);
      });
    }
  });
}
