import type { AnyContractProcedure } from '@orpc/contract';
import { errorBody, errorStatuses } from '@yudai/contract';
import { z } from 'zod';

export interface FuzzAnswer {
  readonly status: number;
  readonly body: string;
}

/** Stacks, SQL, paths of the server, words of drivers. */
const leaks =
  /\bat \S+ \(|\.(?:ts|mjs|js):\d+:|node_modules|\bselect\b.+\bfrom\b|\binsert into\b|violates|\bsyntax error at\b|ENOENT|EACCES|ECONN|\/home\/|\/root\/|\bdrizzle|\bzod(?:error)?\b/i;

/** 408 and 431 are answered where there is no request yet. */
const statuses = new Set<number>([...Object.values(errorStatuses), 408, 431]);

/** What is wrong with an answer; undefined when nothing is. `valid` says that the schema accepts the request. */
export function problemOf(procedure: AnyContractProcedure, answer: FuzzAnswer, valid: boolean): string | undefined {
  const { status, body } = answer;
  if (status >= 500) return 'a defect';
  if (leaks.test(body)) return 'tells what is inside';
  const parsed = parse(body);
  if (status >= 400) {
    if (!statuses.has(status)) return 'a status that is not documented';
    if (!errorBody.safeParse(parsed).success) return 'not the error body';
    return valid && (status === 400 || status === 405 || status === 415)
      ? 'refuses what its schema accepts'
      : undefined;
  }
  const output = procedure['~orpc'].outputSchema;
  // Another method may have met another operation of the same path, whose answer has another shape.
  if (!valid || !(output instanceof z.ZodType)) return undefined;
  return output.safeParse(parsed).success ? undefined : 'an answer that its schema does not allow';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Neither an error body nor an answer: the caller sees that nothing fits.
    return undefined;
  }
}
