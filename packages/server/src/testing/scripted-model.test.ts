import { type ModelProvider, modelProviders } from '@yudai/contract';
import { createModels, ModelError } from '@yudai/engine/models';
import { generateText, streamText, tool } from 'ai';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts';

// The embedded database only: there is none in it.

const urls: Record<ModelProvider, string> = {
  openai: 'OPENAI_BASE_URL',
  anthropic: 'ANTHROPIC_BASE_URL',
  google: 'GOOGLE_GENERATIVE_AI_BASE_URL',
  openrouter: 'OPENROUTER_BASE_URL',
  compatible: 'YUDAI_MODEL_ENDPOINT',
};

function roleOf(scripted: ScriptedModel, provider: ModelProvider) {
  const none = { writer: [], architect: [], coder: [], reviewer: [], mentor: [] };
  const chat = [{ model: scripted.name, temperature: null, maxOutputTokens: 500 }];
  const url = scripted.env[urls[provider]] ?? '';
  const hurry = {
    now: () => Date.now(),
    wait: (ms: number) => (ms > 60_000 ? new Promise<void>(() => {}) : Promise.resolve()),
  };
  return createModels(
    { providers: { [provider]: { url, key: 'a-key' } }, roles: { chat, ...none } },
    { time: hurry },
  ).forRole('chat');
}

test.each(modelProviders)(
  '%s: the scripted model says, calls, fails, cuts and holds as it was told',
  async (provider) => {
    await using scripted = await startScriptedModel({ provider });
    const model = roleOf(scripted, provider);
    const ask = (prompt: string) => generateText({ model, prompt });
    scripted.say({ text: 'first' }, { status: 503 }, { text: 'second' }, { malformed: true }, { text: 'third' });
    scripted.on('the "weather"', { tools: [{ name: 'look', input: { city: 'Kyoto' } }] });
    scripted.on('cut', { text: long, cutAfter: 5 });
    scripted.on('hold', { text: long, holdAfter: 5 });

    expect((await ask('a')).text).toBe('first');
    expect((await ask('b')).text).toBe('second');
    expect((await ask('c')).text).toBe('third');
    const look = tool({ inputSchema: z.object({ city: z.string() }), execute: () => 'rain' });
    const { toolCalls } = await generateText({ model, prompt: 'the "weather"?', tools: { look } });
    expect(toolCalls).toMatchObject([{ toolName: 'look', input: { city: 'Kyoto' } }]);

    const cut = await read(streamText({ model, prompt: 'cut', onError: () => undefined }));
    expect(cut.text).toMatch(/^The/);
    expect(cut.error).toMatchObject({ reason: 'unreachable' });

    const holding = streamText({ model, prompt: 'hold' });
    await scripted.held();
    scripted.release();
    expect(await holding.text).toBe(long);

    const unscripted = await ask('and this?').then(String, (error: unknown) => error);
    expect(unscripted).toBeInstanceOf(ModelError);
    expect(unscripted).toMatchObject({ reason: 'failed' });
    expect(scripted.requests).toHaveLength(9);
  },
);

const long = 'The beginning of something long, that goes on and on until its very end';

async function read(result: { readonly fullStream: AsyncIterable<{ type: string }> }) {
  let text = '';
  let error: unknown;
  for await (const part of result.fullStream) {
    if (part.type === 'text-delta' && 'text' in part) text += String(part.text);
    if (part.type === 'error' && 'error' in part) error = part.error;
  }
  return { text, error };
}
