import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CheckoutError } from '#checkout/checkout-error.ts';

/** How large a repository may be. */
export interface CheckoutLimits {
  /** Bytes on disk. */
  readonly bytes: number;
  /** Files of the chosen commit. */
  readonly files: number;
  /** Minutes until the whole work gives up. */
  readonly minutes: number;
}

export const defaultLimits: CheckoutLimits = { bytes: 4 * 1024 ** 3, files: 300_000, minutes: 60 };

/**
 * Runs `work` with a signal that aborts when `signal` does, when the directory grows past `limits.bytes`, or when the minutes
 * are over; the signal's reason is then the CheckoutError to throw.
 */
export async function withinLimits<T>(
  options: { readonly directory: string; readonly limits: CheckoutLimits; readonly signal?: AbortSignal | undefined },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { directory, limits } = options;
  const over = new AbortController();
  const done = new AbortController();
  const timer = setTimeout(() => over.abort(tookTooLong(limits)), limits.minutes * 60_000);
  const watch = watchSize(directory, limits, over, done.signal);
  try {
    const result = await work(
      AbortSignal.any([over.signal, ...(options.signal === undefined ? [] : [options.signal])]),
    );
    // A quick fetch ends between two looks.
    if ((await sizeOf(directory)) > limits.bytes) throw tooManyBytes(limits);
    return result;
  } finally {
    clearTimeout(timer);
    done.abort();
    await watch;
  }
}

export function tooManyFiles(files: number, limits: CheckoutLimits): CheckoutError {
  return new CheckoutError(
    'too_large',
    `This repository has ${files.toLocaleString('en')} files; at most ${limits.files.toLocaleString('en')} can be connected.`,
  );
}

/** Bytes of all files below a directory; what vanishes meanwhile counts nothing. */
export async function sizeOf(directory: string): Promise<number> {
  let bytes = 0;
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) bytes += await sizeOf(path);
    else bytes += (await lstat(path).catch(() => ({ size: 0 }))).size;
  }
  return bytes;
}

async function watchSize(
  directory: string,
  limits: CheckoutLimits,
  over: AbortController,
  done: AbortSignal,
): Promise<void> {
  while (!done.aborted) {
    if ((await sizeOf(directory)) > limits.bytes) {
      over.abort(tooManyBytes(limits));
      return;
    }
    await wait(250, undefined, { signal: done }).catch(() => {
      // The work has ended: the loop sees it.
    });
  }
}

function tooManyBytes(limits: CheckoutLimits): CheckoutError {
  const size =
    limits.bytes >= 1024 ** 3 ? `${round(limits.bytes / 1024 ** 3)} GB` : `${round(limits.bytes / 1024 ** 2)} MB`;
  return new CheckoutError(
    'too_large',
    `This repository is larger than ${size}, the most that can be connected by URL. Clone it yourself and connect the folder.`,
  );
}

function tookTooLong(limits: CheckoutLimits): CheckoutError {
  return new CheckoutError('timed_out', `Fetching this repository took longer than ${round(limits.minutes)} minutes.`);
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
