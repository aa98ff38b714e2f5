import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { ModelProvider } from '@yudai/contract';
import { createClient } from '@yudai/contract/client';
import { copyEmbeddedTemplate } from '../../packages/server/src/testing/open-test-database.ts';
import { removeData } from '../../packages/server/src/testing/remove-data.ts';
import { type ScriptedModel, startScriptedModel } from '../../packages/server/src/testing/scripted-model.ts';
import { ownUrl, scriptedProvider } from './addresses.ts';
import { test as base } from './test.ts';

/** The built product for one person, with models of two wire formats, which may be killed and started again. */
export interface OwnServer {
  /** Where it looks for agents of others. */
  readonly agentsFolder: string;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it where it was, on what is there; resolves when it answers. */
  start(): Promise<void>;
}

interface OwnFixtures {
  /** In whose wire format everybody speaks but a coder who is asked for by name. */
  provider: ModelProvider;
  model: ScriptedModel;
  /** The other format, as a coder beside the first. */
  otherModel: ScriptedModel;
  own: OwnServer;
}

/** What the run as a whole does not speak. */
export const otherProvider: ModelProvider = scriptedProvider === 'anthropic' ? 'compatible' : 'anthropic';

/** Micro-dollars that each call costs: 100 tokens in, 20 out, for a dollar each 10,000. */
export const callMicros = 12_000;

/** Tests of a server of their own in local mode. */
export const test = base.extend<object, OwnFixtures>({
  baseURL: ownUrl,
  // Playwright wants a pattern here, although nothing is taken from it.
  // oxlint-disable-next-line no-empty-pattern
  client: [async ({}, use) => use(createClient({ url: ownUrl })), { scope: 'worker' }],
  provider: [scriptedProvider, { scope: 'worker', option: true }],
  model: [
    async ({ provider }, use) => {
      await using model = await startScriptedModel({ provider });
      await use(model);
    },
    { scope: 'worker' },
  ],
  otherModel: [
    async ({ provider }, use) => {
      const other = provider === scriptedProvider ? otherProvider : scriptedProvider;
      await using model = await startScriptedModel({ provider: other });
      await use(model);
    },
    { scope: 'worker' },
  ],
  own: [
    async ({ model, otherModel }, use) => {
      const data = await copyEmbeddedTemplate();
      // Boxes lie in it, and each belongs to a user of its own, who has to pass.
      chmodSync(data, 0o711);
      const own = createServer(data, environmentOf(data, model, otherModel));
      await own.start();
      await use(own);
      await own.kill();
      removeData(data);
    },
    // A busy machine takes its time to make a database and to start.
    { scope: 'worker', auto: true, timeout: 300_000 },
  ],
});

function environmentOf(data: string, model: ScriptedModel, other: ScriptedModel): Record<string, string> {
  const prices = join(data, 'prices.json');
  const price = { input: 100, output: 100 };
  writeFileSync(prices, JSON.stringify({ [model.name]: price, [other.name]: price }));
  return {
    ...other.env,
    ...model.env,
    YUDAI_MODELS_CODER: `${model.name},${other.name}`,
    YUDAI_MODEL_PRICES: prices,
    YUDAI_LOG_LEVEL: 'error',
    YUDAI_SANDBOX_FOLDER: data,
  };
}

function createServer(data: string, more: Readonly<Record<string, string>>): OwnServer {
  const cli = join(import.meta.dirname, '..', '..', 'packages', 'cli', 'src', 'main.ts');
  const args = [cli, 'start', '--port', new URL(ownUrl).port, '--data', data];
  let end: (() => Promise<void>) | null = null;
  return {
    agentsFolder: join(data, 'agents'),
    async start() {
      const child = spawn(process.execPath, args, { env: { ...process.env, ...more }, stdio: 'inherit' });
      const gone = once(child, 'exit');
      // Also when the tests end in the middle of it.
      process.once('exit', () => child.kill('SIGKILL'));
      end = async () => {
        child.kill('SIGKILL');
        await gone;
      };
      const isReady = () =>
        fetch(`${ownUrl}/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        );
      await expect.poll(isReady, { timeout: 180_000, intervals: [100] }).toBe(true);
    },
    async kill() {
      await end?.();
      end = null;
    },
  };
}
