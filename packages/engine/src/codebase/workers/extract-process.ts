import { flushCompileCache } from 'node:module';
import { type BlobReader, CheckoutError, openBlobReader } from '#checkout/index.ts';
import type { BlobFacts } from '#codebase/facts.ts';
import { packFacts } from '#codebase/pack-facts.ts';
import { GrammarError } from '#codebase/parse/grammars.ts';
import { createParsers } from '#codebase/parse/parsers.ts';
import { type BlobTask, extractFacts, skippedFacts } from '#codebase/workers/extract-facts.ts';
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

async function extractBatch(from: BlobReader, { tasks, isCareful }: BatchRequest): Promise<BlobFacts[]> {
  const facts: BlobFacts[] = [];
  const able = isCareful ? parsers.careful : parsers;
  // The next blob is on its way while this one is parsed.
  let next = readBlob(from, tasks[0]);
  for (const [index, task] of tasks.entries()) {
    const bytes = await next;
    next = readBlob(from, tasks[index + 1]);
    if (index % 16 === 0) answer({ type: 'progress', path: task.path });
    facts.push(bytes === null ? skippedFacts(task, 0, 'unreadable') : await extractFacts(task, bytes, able));
  }
  return facts;
}

async function readBlob(from: BlobReader, task: BlobTask | undefined): Promise<Buffer | null> {
  if (task === undefined) return null;
  try {
    return await from.read(task.blob);
  } catch (error) {
    // Missing or damaged: the file stays in the listing.
    if (error instanceof CheckoutError) return null;
    throw error;
  }
}

function answer(message: WorkerAnswer): void {
  process.send?.(message);
}
