import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { copyEmbeddedTemplate } from '#testing/open-test-database.ts';

const script = fileURLToPath(new URL('../test-processes/weigh-engine.ts', import.meta.url));

test('using the embedded database does not take the 600 MB that optimizing its interpreter would', async () => {
  const dataDir = await copyEmbeddedTemplate();
  try {
    // Optimized at once instead of in the background, so that what is to be seen has happened when the queries are done.
    const child = fork(script, [dataDir], { execArgv: ['--wasm-sync-tier-up'] });
    const [peak] = await once(child, 'message');

    expect(peak).toBeGreaterThan(100);
    expect(peak).toBeLessThan(450);
    await once(child, 'exit');
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}, 60_000);
