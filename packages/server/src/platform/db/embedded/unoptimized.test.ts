import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { copyEmbeddedTemplate } from '#testing/open-test-database.ts';

// The embedded database only: it is the engine of that.

const script = fileURLToPath(new URL('../test-processes/weigh-engine.ts', import.meta.url));

test('using the embedded database does not take the 600 MB that optimizing its interpreter would', async () => {
  const dataDir = await copyEmbeddedTemplate();
  // Optimized at once instead of in the background, so that what is to be seen has happened when the queries are done.
  const child = fork(script, [dataDir], { execArgv: ['--wasm-sync-tier-up'] });
  const exited = once(child, 'exit');
  try {
    const [peak] = await once(child, 'message');

    expect(peak).toBeGreaterThan(100);
    // About 400, and up to 480 has been seen on a busy machine, where garbage waits longer; optimizing would add some 600.
    expect(peak).toBeLessThan(600);
  } finally {
    // It still writes while it closes.
    await exited;
    await rm(dataDir, { recursive: true, force: true });
  }
}, 60_000);
