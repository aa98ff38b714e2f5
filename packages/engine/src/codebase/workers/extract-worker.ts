import { parentPort, workerData } from 'node:worker_threads';
import { type BlobReader, CheckoutError, openBlobReader } from '#checkout/index.ts';
import type { BlobFacts } from '#codebase/facts.ts';
import { packFacts } from '#codebase/pack-facts.ts';
import { createGrammars, GrammarError } from '#codebase/parse/grammars.ts';
import { type BlobTask, extractFacts, skippedFacts } from '#codebase/workers/extract-facts.ts';
import type { BatchRequest, WorkerAnswer, WorkerSetup } from '#codebase/workers/messages.ts';

const port = parentPort;
if (port === null) throw new Error('extract-worker runs as a worker thread');

// Boundary: both sides of these messages are ours.
const { gitDir } = workerData as WorkerSetup;
const reader = openBlobReader(gitDir);
const grammarOf = createGrammars();

port.on('message', ({ tasks }: BatchRequest) => {
  extractBatch(reader, tasks).then(
    (facts) => {
      const { keys, bytes } = packFacts(facts);
      const owned = new Uint8Array(bytes);
      answer({ type: 'pack', keys, bytes: owned }, [owned.buffer]);
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

async function extractBatch(from: BlobReader, tasks: readonly BlobTask[]): Promise<BlobFacts[]> {
  const facts: BlobFacts[] = [];
  // The next blob is on its way while this one is parsed.
  let next = readBlob(from, tasks[0]);
  for (const [index, task] of tasks.entries()) {
    const bytes = await next;
    next = readBlob(from, tasks[index + 1]);
    if (index % 16 === 0) answer({ type: 'progress', path: task.path });
    facts.push(bytes === null ? skippedFacts(task, 0, 'unreadable') : await extractFacts(task, bytes, grammarOf));
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

function answer(message: WorkerAnswer, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}
