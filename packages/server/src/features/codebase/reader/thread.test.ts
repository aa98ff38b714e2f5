import { expect, test } from 'vitest';
import type { OpenRequest } from './protocol.ts';
import { createReaderThread } from './thread.ts';

// The embedded database only: there is none in it.

const request: OpenRequest = { key: 'p:t', gitDir: '/nowhere', tree: 't', commit: 't', historyOf: null, entries: [] };
const signal = new AbortController().signal;

async function* noPacks() {}

test('a reader that nobody asks ends, says that nothing is open any more, and starts again when asked', async () => {
  const defects: string[] = [];
  const ended = Promise.withResolvers<void>();
  const thread = createReaderThread((stack) => defects.push(stack), 50);
  thread.onRestart(() => ended.resolve());
  await thread.open(request, noPacks());
  expect(await thread.call(request.key, 'chunks', [], signal)).toEqual([]);

  await ended.promise;
  await expect(thread.call(request.key, 'chunks', [], signal)).rejects.toThrow('The code reader failed.');
  await thread.open(request, noPacks());

  expect(await thread.call(request.key, 'chunks', [], signal)).toEqual([]);
  expect(defects).toEqual([]);
  await thread.stop();
});
