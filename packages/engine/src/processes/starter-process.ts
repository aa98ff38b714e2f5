import { type ChildProcess, spawn } from 'node:child_process';
import type { StarterAnswer, StarterOrder } from '#processes/starter-messages.ts';

// The small process of `starter.ts`. It loads nothing and keeps nothing, so that starting a program from it costs little. It ends with who made
// it, and ends what it runs before: no program outlives its server.

const running = new Map<number, ChildProcess>();

process.on('message', (order: StarterOrder) => {
  if (order.kind === 'run') run(order);
  else if (order.kind === 'input') running.get(order.id)?.stdin?.end(order.bytes);
  else kill(running.get(order.id));
});
process.once('disconnect', () => {
  for (const child of running.values()) kill(child);
  process.exit(0);
});

function run({ id, program, args, env, maxOutput }: Extract<StarterOrder, { kind: 'run' }>): void {
  const child = spawn(program, args, { cwd: '/', env, detached: true, stdio: 'pipe', windowsHide: true });
  running.set(id, child);
  let [length, code] = [0, ''];
  child.stdout.on('data', (bytes: Buffer) => {
    length += bytes.length;
    if (length > maxOutput) kill(child);
    tell({ kind: 'stdout', id, bytes });
  });
  child.stderr.on('data', (bytes: Buffer) => tell({ kind: 'stderr', id, text: bytes.toString('utf8') }));
  child.stdin.on('error', () => {
    // It ended before it read all of its input: its exit code and words say why.
  });
  child.once('error', (error) => (code = 'code' in error ? String(error.code) : error.message));
  child.once('close', (exitCode, signal) => {
    running.delete(id);
    tell({ kind: 'ended', id, exitCode: code === '' ? exitCode : null, signal, code: code === '' ? null : code });
  });
}

/** All of its group. */
function kill(child: ChildProcess | undefined): void {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

function tell(answer: StarterAnswer): void {
  if (process.connected) process.send?.(answer);
}
