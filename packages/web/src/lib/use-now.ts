import { useEffect, useState } from 'react';

/** The time in milliseconds, renewed twice a minute: enough for “5 min. ago”. */
export function useNow(everyMs = 30_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
