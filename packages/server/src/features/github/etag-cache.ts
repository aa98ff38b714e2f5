/** An answer that GitHub may confirm with 304 instead of sending it again, which costs no rate limit. */
export interface CachedAnswer {
  readonly etag: string;
  readonly data: unknown;
  readonly link: string | undefined;
}

export interface EtagCache {
  get(key: string): CachedAnswer | undefined;
  set(key: string, answer: CachedAnswer): void;
}

/** Keeps the answers used last, up to so many bytes of JSON; an answer over an eighth of that is not kept. */
export function createEtagCache(maximumBytes = 24 * 1024 * 1024): EtagCache {
  const answers = new Map<string, { answer: CachedAnswer; bytes: number }>();
  let total = 0;
  return {
    get(key) {
      const found = answers.get(key);
      if (found === undefined) return undefined;
      // A Map keeps the order of insertion: what is used moves to the end.
      answers.delete(key);
      answers.set(key, found);
      return found.answer;
    },
    set(key, answer) {
      const bytes = JSON.stringify(answer.data)?.length ?? 0;
      total -= answers.get(key)?.bytes ?? 0;
      answers.delete(key);
      if (bytes > maximumBytes / 8) return;
      answers.set(key, { answer, bytes });
      total += bytes;
      for (const [oldest, kept] of answers) {
        if (total <= maximumBytes) break;
        answers.delete(oldest);
        total -= kept.bytes;
      }
    },
  };
}
