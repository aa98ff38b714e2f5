import { expect, test } from 'vitest';
import { createLog, type LogOptions } from '#platform/log/index.ts';

// The embedded database only: there is none in it.

/** Texts of callers that forge lines or drive the terminal of who reads the log. */
const forged: [name: string, text: string][] = [
  ['a line of its own', 'x\n{"level":"info","msg":"forged"}'],
  ['a carriage return', 'x\r{"level":"info","msg":"forged"}'],
  ['a cleared screen', '\u001b[2J\u001b[H'],
  ['a colour', '\u001b[31mred'],
  ['a window title', '\u001b]0;forged\u0007'],
  ['a link', '\u001b]8;;https://evil.example\u001b\\here\u001b]8;;\u001b\\'],
  ['a query that the terminal answers', '\u001b[6n'],
  ['an 8-bit control', '\u009b31m'],
  ['a backspace', 'admin\b\b\b\b\broot'],
  ['a form feed', 'a\fb'],
  ['a vertical tab', 'a\vb'],
  ['a NUL', 'a\u0000b'],
  ['a delete', 'a\u007fb'],
  ['text turned around', 'user\u202egnp.exe'],
  ['an isolate', 'a\u2066b\u2069'],
  ['a line separator', 'a\u2028b\u2029c'],
  ['a next line', 'a\u0085b'],
];

// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

test.each(forged)('%s stays one line of JSON, with nothing that a terminal obeys (S12 N6)', async (_name, text) => {
  const lines = await written('json', text);

  expect(lines).toHaveLength(3);
  for (const line of lines) {
    expect(line.endsWith('\n') && !line.slice(0, -1).includes('\n')).toBe(true);
    expect(line.slice(0, -1)).not.toMatch(controls);
    expect(JSON.parse(line)).not.toMatchObject({ msg: 'forged' });
  }
});

test.each(forged)('%s drives no terminal in the pretty form either (S12)', async (_name, text) => {
  const lines = await written('pretty', text);

  expect(lines.join('')).toMatch(/as a field[\s\S]*as the message[\s\S]*as an error/);
  for (const line of lines) expect(line).not.toMatch(controls);
});

test('control: the same text, written as it is, does', () => {
  for (const [, text] of forged.slice(1)) expect(`request by ${text}`).toMatch(controls);
});

test.each(['C:\\users\\bob', 'a\\u001b is six letters', '\\\\b', 'tab\there', 'é—漢🍵', '"quoted"'])(
  'ordinary text is kept: %s',
  async (text) => {
    const [line = '{}'] = await written('json', text);

    expect(JSON.parse(line)).toMatchObject({ text });
  },
);

async function written(format: LogOptions['format'], text: string): Promise<string[]> {
  const lines: string[] = [];
  const log = await createLog({ level: 'info', file: null, format, write: (line) => lines.push(line) });
  log.info({ text, deep: { [text]: [text] } }, 'as a field');
  log.info(`as the message ${text}`);
  log.error({ err: new Error(`as an error ${text}`) }, 'as an error');
  return lines;
}
