import { readFileSync } from 'node:fs';

/** Processor seconds that a running process has used so far, with its children that ended. Linux only, else NaN. */
export function cpuSecondsOf(pid: number): number {
  const fields = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /, '')
    .split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return fields.length < 15 ? Number.NaN : ticks / 100;
}

export interface Memory {
  readonly residentBytes: number;
  /** Resident memory, with what is shared with other processes counted by its share. */
  readonly ownShareBytes: number;
  /** The largest resident memory so far. */
  readonly peakBytes: number;
}

/** The memory of one running process. Linux only, else NaN. */
export function memoryOf(pid: number): Memory {
  const status = read(`/proc/${pid}/status`);
  const field = (text: string, name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN) * 1024;
  return {
    residentBytes: field(status, 'VmRSS'),
    peakBytes: field(status, 'VmHWM'),
    get ownShareBytes() {
      return field(read(`/proc/${pid}/smaps_rollup`), 'Pss');
    },
  };
}

export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Processes end while they are looked at.
    return '';
  }
}
