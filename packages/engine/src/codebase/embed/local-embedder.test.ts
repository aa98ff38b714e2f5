import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLocalEmbedder, findLocalEmbedder } from './index.ts';
import { writeTinyModel } from './testing/write-tiny-model.ts';

const none = new AbortController().signal;
const dimensions = 384;

test('without its package the local embedder says where it is missed and who knows the command', async () => {
  const embedder = createLocalEmbedder({ model: 'm', folder: null, packageFolder: await newFolder(), dimensions });

  await expect(embedder.embed(['a'], none)).rejects.toThrow(
    /@huggingface\/transformers.*"embedder" of the data directory.*yudai doctor/,
  );
});

test('the package is taken from its own folder, with what was asked of it, and a model that is missing is named', async () => {
  const packageFolder = await newFolder();
  await writePackage(packageFolder);
  const options = { packageFolder, folder: '/models', dimensions: 3 };

  const vectors = await createLocalEmbedder({ ...options, model: 'good' }).embed(['a', 'b'], none);
  const refused = createLocalEmbedder({ ...options, model: 'missing' }).embed(['a'], none);

  expect(vectors).toEqual([Float32Array.of(1, 0, 0), Float32Array.of(1, 0, 0)]);
  await expect(refused).rejects.toThrow(/missing could not be loaded from YUDAI_EMBEDDER_FOLDER/);
});

test('a model in a folder is loaded and run by the real transformers.js, without a network (G10)', async ({ skip }) => {
  const packageFolder = process.env['TEST_EMBEDDER_PACKAGE'];
  if (packageFolder === undefined || findLocalEmbedder(packageFolder) === null)
    return skip('TEST_EMBEDDER_PACKAGE names no folder with @huggingface/transformers (450 MB); see docs/codebase.md');
  const folder = await newFolder();
  const words = ['parse', 'date', 'money', 'tax'];
  await writeTinyModel(join(folder, 'tiny'), words, dimensions);
  const embedder = createLocalEmbedder({ model: 'tiny', folder, packageFolder, dimensions });

  const [first, alike, other] = await embedder.embed(['Parse date', 'date parse', 'money tax tax'], none);

  expect(first).toHaveLength(dimensions);
  expect(cosine(first, first)).toBeCloseTo(1, 4);
  expect(cosine(first, alike)).toBeCloseTo(1, 4);
  expect(cosine(first, other)).toBeLessThan(0.6);
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'yudai-embedder-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Stands for the package: answers [2, 0, 0] for every text, for one model in one folder. */
async function writePackage(folder: string): Promise<void> {
  const home = join(folder, 'node_modules', '@huggingface', 'transformers');
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'package.json'), JSON.stringify({ name: '@huggingface/transformers', main: 'index.cjs' }));
  await writeFile(
    join(home, 'index.cjs'),
    `exports.env = { allowRemoteModels: true, localModelPath: '' };
exports.pipeline = async (task, model, { dtype }) => {
  if (exports.env.allowRemoteModels || exports.env.localModelPath !== '/models' || task !== 'feature-extraction' || dtype !== 'fp32') throw new Error('asked otherwise');
  if (model !== 'good') throw new Error('no such file');
  return async (texts) => ({ tolist: () => texts.map(() => [2, 0, 0]) });
};
`,
  );
}

function cosine(one: Float32Array | undefined, other: Float32Array | undefined): number {
  return one === undefined || other === undefined
    ? NaN
    : one.reduce((sum, value, n) => sum + value * (other[n] ?? 0), 0);
}
