import type { ReactNode } from 'react';
import { splitMatches } from '#features/codebase/search/matcher.ts';

/** A line of code with what matched marked in it. */
export function Highlighted(props: { text: string; matcher: RegExp | null }): ReactNode {
  return (
    <code className="truncate">
      {splitMatches(props.text, props.matcher).map((part) =>
        part.isMatch ? <mark key={part.at}>{part.text}</mark> : part.text,
      )}
    </code>
  );
}
