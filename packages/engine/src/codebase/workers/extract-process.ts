import { flushCompileCache } from 'node:module';
import { type BlobReader, openBlobReader } from '#checkout/blob-reader.ts';
import { CheckoutError } from '#checkout/checkout-error.ts';
import type { BlobFacts } from '#codebase/facts.ts';
import { packFacts } from '#codebase/pack-facts.ts';
import { GrammarError } from '#codebase/parse/grammars.ts';
import { createParsers } from '#codebase/parse/parsers.ts';
import { type BlobTask, extractFacts } from '#codebase/workers/extract-facts.ts';
import type { BatchRequest, WorkerAnswer } from '#codebase/workers/messages.ts';

const [gitDir] = process.argv.slice(2);
if (gitDir === undefined || process.send === undefined) throw new Error('extract-worker is started by worker-pool');
const reader = openBlobReader(gitDir);
const parsers = createParsers((message) => answer({ type: 'warning', message }));
let isCacheKept = false;

// Whoever started it is gone, or has no more work.
process.on('disconnect', () => process.exit());

// Boundary: both sides of these messages are ours.
process.on('message', (request: BatchRequest) => {
  extractBatch(reader, request).then(
    (facts) => {
      const { keys, bytes } = packFacts(facts);
      answer({ type: 'pack', keys, bytes: new Uint8Array(bytes) });
      // By now the parsers are loaded too; the next worker starts from compiled code even if this one is killed.
      if (!isCacheKept) flushCompileCache();
      isCacheKept = true;
    },
    (error: unknown) =>
      answer({
        type: 'failed',
        message: error instanceof Error ? error.message : String(error),
        isBroken: error instanceof GrammarError,
      }),
  );
});

answer({ type: 'ready' });

// Asked for together, because every question to git is a call of the system.
const groupSize = 8;

/** A blob that cannot be read has no facts: it may be there the next time. */
async function extractBatch(from: BlobReader, { tasks, isCareful }: BatchRequest): Promise<BlobFacts[]> {
  const facts: BlobFacts[] = [];
  const able = isCareful ? parsers.careful : parsers;
  const readGroup = (start: number) =>
    Promise.all(tasks.slice(start, start + groupSize).map((task) => readBlob(from, task)));
  let next = readGroup(0);
  for (let start = 0; start < tasks.length; start += groupSize) {
    const group = await next;
    // On its way while this one is parsed.
    next = readGroup(start + groupSize);
    if (start % 16 === 0) answer({ type: 'progress', path: tasks[start]?.path ?? '' });
    for (const [index, task] of tasks.slice(start, start + groupSize).entries()) {
      const bytes = group[index] ?? null;
      if (bytes !== null) facts.push(await extractFacts(task, bytes, able));
    }
  }
  await next;
  return facts;
}

async function readBlob(from: BlobReader, task: BlobTask): Promise<Buffer | null> {
  try {
    return await from.read(task.blob);
  } catch (error) {
    // Missing or damaged: the file stays in the listing, as unreadable.
    if (error instanceof CheckoutError) return null;
    throw error;
  }
}

function answer(message: WorkerAnswer): void {
  process.send?.(message);
}
