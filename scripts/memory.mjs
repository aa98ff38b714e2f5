// How a server is started so that it stays small; bench/start.ts tells what each of them gives.

/** What survives its first moments is looked at more often: at most 8 MB a thread instead of 64 that are never given back. */
export const memoryFlags = ['--max-semi-space-size=4'];

/** What threads give back serves others: glibc would keep a heap of its own for each of them. */
export const memoryEnvironment = { MALLOC_ARENA_MAX: '2' };
