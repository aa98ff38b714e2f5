import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpus, loadavg, totalmem } from 'node:os';

const require = createRequire(import.meta.url);

/** Says when, on what and beside how much other load the figures below were made. */
export function printHead(title: string, versions: Readonly<Record<string, string>> = {}): void {
  const commit = textOf('git', ['-C', import.meta.dirname, 'rev-parse', '--short', 'HEAD']);
  const known = Object.entries({ yudai: commit, node: process.versions.node, ...versions });
  console.log(title);
  console.log(
    `${new Date().toISOString()} · ${known.map(([name, version]) => `${name} ${version}`).join(' · ')} · ` +
      `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB · load ${loadNow()}`,
  );
}

/** The load of the last minute: above the number of cores, wall times say little. */
export function loadNow(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

/** The version of an installed package. */
export function packageVersion(name: string): string {
  const manifest: unknown = require(`../../node_modules/${name}/package.json`);
  return isVersioned(manifest) ? manifest.version : 'unknown';
}

/** What a program prints; empty when it is missing or fails. */
export function textOf(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    // A peer that is not installed is told by its absence from the table.
    return '';
  }
}

function isVersioned(value: unknown): value is { version: string } {
  return typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'string';
}
