import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import type { Peer } from './peers.ts';

export interface PeerRun {
  readonly exitCode: number | null;
  /** Of `performance.now()`, to lay beside the times of a step server. */
  readonly started: number;
  readonly ended: number;
  /** Of the process and all that it started. */
  readonly cpuSeconds: number;
  /** The most resident memory of the whole tree of processes at once, looked at ten times a second. */
  readonly peakBytes: number;
  readonly errors: string;
}

/** Runs an agent in a work tree to its end, with nothing of this machine's environment but PATH. Needs GNU time and Linux. */
export function runPeer(
  peer: Peer,
  options: { readonly url: string; readonly home: string; readonly workTree: string; readonly limitMs: number },
): Promise<PeerRun> {
  mkdirSync(options.home, { recursive: true });
  const { program, args, env } = peer.command({
    url: options.url,
    home: options.home,
    prompt: 'Do what is to be done.',
  });
  return new Promise((done, failed) => {
    const started = performance.now();
    const child = spawn('/usr/bin/time', ['-q', '-f', '\ntimes %U %S', program, ...args], {
      cwd: options.workTree,
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    let [errors, peakBytes] = ['', 0];
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString('utf8')).slice(-20_000)));
    const stop = setTimeout(() => killGroup(child.pid), options.limitMs);
    const look = setInterval(() => (peakBytes = Math.max(peakBytes, treeBytes(child.pid))), 100);
    child.once('error', failed);
    child.once('close', (exitCode) => {
      clearTimeout(stop);
      clearInterval(look);
      const [, user = 'NaN', system = 'NaN'] = /\ntimes ([\d.]+) ([\d.]+)/.exec(errors) ?? [];
      done({
        exitCode,
        started,
        ended: performance.now(),
        cpuSeconds: Number(user) + Number(system),
        peakBytes,
        errors,
      });
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function treeBytes(root: number | undefined): number {
  if (root === undefined) return 0;
  const children = new Map<number, number[]>();
  const resident = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const status = read(`/proc/${entry}/status`);
    const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? '0');
    children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
    resident.set(Number(entry), Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? '0') * 1024);
  }
  const sum = (pid: number): number =>
    (resident.get(pid) ?? 0) + (children.get(pid) ?? []).reduce((total, child) => total + sum(child), 0);
  return sum(root);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Processes end while they are looked at.
    return '';
  }
}
