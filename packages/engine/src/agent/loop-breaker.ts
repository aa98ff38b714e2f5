import { createHash } from 'node:crypto';
import type { WantedCall } from '#agent/model-step.ts';

/** A call and what came of it. */
export interface MadeCall {
  readonly call: WantedCall;
  readonly output: string;
  readonly verdict: string | undefined;
}

/** Sees that an agent goes round in circles. */
export interface LoopBreaker {
  /** Takes the calls of a step, and whether they changed any file. Says in words what goes round, or null. */
  add(calls: readonly MadeCall[], changed: boolean): string | null;
}

const sameCalls = 3;
const sameVerdicts = 4;
const pingPongs = 3;

/**
 * A loop is: the same call with the same answer three times while no file changed; two calls by turns three times with the same answers, whatever
 * changed; the same tests failing in the same way in four runs with changes between them. Times and durations in answers do not count.
 */
export function createLoopBreaker(): LoopBreaker {
  const since = new Map<string, number>();
  const last: string[] = [];
  let verdict: string | null = null;
  let runs = 0;
  let changedSince = true;

  function repeats({ call, output }: MadeCall): string | null {
    const print = fingerprint(call, output);
    const count = (since.get(print) ?? 0) + 1;
    since.set(print, count);
    last.push(print);
    if (count >= sameCalls) return `The same call of ${call.tool} gave the same answer ${sameCalls} times.`;
    const tail = last.slice(-2 * pingPongs);
    const isPingPong =
      tail.length === 2 * pingPongs && tail[0] !== tail[1] && tail.every((one, at) => one === tail[at % 2]);
    return isPingPong ? `Two calls followed each other ${pingPongs} times and gave the same each time.` : null;
  }

  function fails(said: string | undefined): string | null {
    if (said === undefined) return null;
    if (said !== verdict || said === '') {
      verdict = said;
      runs = 1;
    } else if (changedSince) runs += 1;
    changedSince = false;
    return runs >= sameVerdicts && said !== ''
      ? `The same tests failed in the same way after ${sameVerdicts} changes.`
      : null;
  }

  return {
    add(calls, changed) {
      if (changed) {
        since.clear();
        changedSince = true;
      }
      const found = calls.map((made) => repeats(made) ?? fails(made.verdict));
      return found.find((words) => words !== null) ?? null;
    },
  };
}

function fingerprint({ tool, input }: WantedCall, output: string): string {
  const steady = output.replaceAll(/\d+(?:\.\d+)? ?(?:ms|s|sec|seconds)\b|\d{1,2}:\d{2}(?::\d{2})?/g, '');
  return createHash('sha256')
    .update(JSON.stringify([tool, input, steady]))
    .digest('hex');
}
