/** When a provider wants to be asked again, in milliseconds from now; null when it does not say. */
export function retryAfterOf(headers: Readonly<Record<string, string>>, now: number): number | null {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const ms = Number(lower['retry-after-ms'] ?? 'none');
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const given = lower['retry-after'];
  if (given === undefined || given === '') return null;
  const seconds = Number(given);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : null;
  const date = Date.parse(given);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

const firstPauseMs = 2_000;
const longestPauseMs = 30_000;

/**
 * The pause before another try: 2 s, doubled each time up to 30 s, with up to 30 % more so that not everybody comes back at once. What the
 * provider asks for counts instead; null when that is longer than anybody should wait here.
 */
export function pauseBefore(tries: number, retryAfterMs: number | null, random: () => number): number | null {
  if (retryAfterMs !== null) return retryAfterMs > longestPauseMs ? null : retryAfterMs;
  const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** (tries - 1));
  return Math.min(longestPauseMs, Math.round(pause * (1 + random() * 0.3)));
}
