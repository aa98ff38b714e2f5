// Runs other programs for the scripts: with Node 24 first in the search path, and with their output kept or shown.
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** The environment in which every tool of the project runs. */
export function toolEnvironment(extra = {}) {
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  return { ...process.env, PATH: path, ...extra };
}

/**
 * Runs a program to its end. `show` passes its output through; otherwise it is returned (stdout and stderr in order).
 * Resolves with the exit code, also when the program is missing (127).
 */
export function runCommand(program, args, { show = false, env = toolEnvironment(), cwd = root, input, uid, gid } = {}) {
  return new Promise((resolve) => {
    const output = show ? 'inherit' : 'pipe';
    const identity = uid === undefined ? {} : { uid, gid };
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: [input === undefined ? 'ignore' : 'pipe', output, output],
      ...identity,
    });
    let text = '';
    child.stdout?.on('data', (part) => (text += part));
    child.stderr?.on('data', (part) => (text += part));
    child.stdin?.end(input);
    child.on('error', (error) => resolve({ code: 127, text: `${program}: ${error.message}` }));
    child.on('close', (code, signal) =>
      resolve({ code: code ?? 1, text: signal ? `${text}\nended by ${signal}` : text }),
    );
  });
}

/** What a person is told when a script cannot go on; it has no stack. */
export class ScriptError extends Error {}

/** Runs the main function of a script and turns its failure into a sentence and exit code 1. */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof ScriptError ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
