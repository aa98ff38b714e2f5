import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes a model of sentence-transformers' shape whose only layer looks words up in a table: `config.json`, a tokenizer of these lower-case
 * words and `onnx/model.onnx`. Small enough to be made in a test, and read by the same code as a real one.
 */
export async function writeTinyModel(folder: string, words: readonly string[], dimensions: number): Promise<void> {
  const tokens = ['[PAD]', '[UNK]', ...words];
  await mkdir(join(folder, 'onnx'), { recursive: true });
  const write = (name: string, content: unknown) => writeFile(join(folder, name), JSON.stringify(content));
  await write('config.json', {
    model_type: 'bert',
    architectures: ['BertModel'],
    hidden_size: dimensions,
    vocab_size: tokens.length,
  });
  await write('tokenizer_config.json', {
    tokenizer_class: 'BertTokenizer',
    model_max_length: 256,
    pad_token: '[PAD]',
    unk_token: '[UNK]',
  });
  await write('tokenizer.json', {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: ['[PAD]', '[UNK]'].map((content, id) => ({ id, content, special: true })),
    normalizer: { type: 'BertNormalizer', lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  });
  await writeFile(join(folder, 'onnx', 'model.onnx'), toOnnx(tokens.length, dimensions));
}

// From onnx.proto3: element types, and the numbers of the fields that are written below.
const [float, int64] = [1, 7];

/** A graph with one node: last_hidden_state = Gather(table, input_ids). */
function toOnnx(rows: number, dimensions: number): Buffer {
  const table = Float32Array.from({ length: rows * dimensions }, (_, at) => Math.sin(at * at));
  const node = message(text(1, 'table'), text(1, 'input_ids'), text(2, 'last_hidden_state'), text(4, 'Gather'));
  const initializer = message(
    number(1, rows),
    number(1, dimensions),
    number(2, float),
    text(8, 'table'),
    bytes(9, Buffer.from(table.buffer)),
  );
  const graph = message(
    bytes(1, node),
    text(2, 'tiny'),
    bytes(5, initializer),
    bytes(11, valueInfo('input_ids', int64, ['batch', 'words'])),
    bytes(12, valueInfo('last_hidden_state', float, ['batch', 'words', dimensions])),
  );
  return message(number(1, 8), bytes(7, graph), bytes(8, message(text(1, ''), number(2, 17))));
}

function valueInfo(name: string, type: number, shape: readonly (string | number)[]): Buffer {
  const sizes = shape.map((size) => bytes(1, typeof size === 'string' ? text(2, size) : number(1, size)));
  const tensor = message(number(1, type), bytes(2, message(...sizes)));
  return message(text(1, name), bytes(2, bytes(1, tensor)));
}

// Protocol buffers: a field's number and kind, then its value; kind 0 is a number, kind 2 has a length.
function message(...fields: readonly Buffer[]): Buffer {
  return Buffer.concat(fields);
}

function number(field: number, value: number): Buffer {
  return Buffer.from([...varint(field << 3), ...varint(value)]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(value.length)]), value]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
