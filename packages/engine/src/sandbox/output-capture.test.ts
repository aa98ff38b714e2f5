import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOutputCapture } from '#sandbox/output-capture.ts';
import { openTemporaryFolder } from '#sandbox/testing/boxes.ts';

test('however output is cut into pieces, the same is kept of it, and no character is cut', async () => {
  const folder = await openTemporaryFolder();
  const text = 'äöü→漢字😀'.repeat(3000);
  const bytes = Buffer.from(text);
  const logPath = join(folder, 'log');

  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 20 }), async (cuts) => {
      const capture = createOutputCapture(logPath, 50_000);
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        capture.add(bytes.subarray(at, at + cut));
        at += cut;
      }

      const output = await capture.finish();

      const [start = '', end = ''] = output.text.split(/\n… \d+ bytes left out; the log has them …\n/);
      expect(output.bytes).toBe(bytes.length);
      expect(text.startsWith(start)).toBe(true);
      expect(text.endsWith(end)).toBe(true);
      expect(Buffer.byteLength(start)).toBeGreaterThan(16_380);
      expect(await readFile(logPath)).toEqual(bytes.subarray(0, 50_000));
    }),
    { numRuns: 20 },
  );
});

test('what is short is kept as it is', async () => {
  const capture = createOutputCapture(join(await openTemporaryFolder(), 'log'), 100);

  capture.add(Buffer.from('all of it\n'));

  expect(await capture.finish()).toEqual({ text: 'all of it\n', bytes: 10 });
});
