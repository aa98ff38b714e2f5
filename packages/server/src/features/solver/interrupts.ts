import type { Id } from '@yudai/contract';
import type { Database } from '#platform/db/index.ts';
import { interruptChannel } from './steering.ts';

/** Hears that somebody wants to be heard at once in this solve. `close` it when the solve stops. */
export async function openInterrupts(database: Pick<Database, 'listen'>, id: Id<'solve'>) {
  let controller = new AbortController();
  const stop = await database.listen(interruptChannel, (payload) => {
    if (payload === id) controller.abort(new Error('Somebody wants to be heard.'));
  });
  return {
    /** One that aborts with the next interruption. What interrupted before has been heard by who asks now. */
    signal(): AbortSignal {
      if (controller.signal.aborted) controller = new AbortController();
      return controller.signal;
    },
    close: () => stop(),
  };
}
