import { expect, test } from 'vitest';
import { mentionsIn } from './mentions.ts';

function framesOf(text: string): [string, number | null, number][] {
  return mentionsIn(text)
    .filter(({ frame }) => frame)
    .map(({ segments, line, depth }) => [segments.join('/'), line, depth]);
}

test('a Python trace breaks at its last frame', () => {
  const trace = `Traceback (most recent call last):
  File "/home/me/app/run.py", line 3, in <module>
    main()
  File "/usr/lib/python3/site-packages/django/db/models/query.py", line 411, in get
    raise DoesNotExist`;

  expect(framesOf(trace)).toEqual([
    ['home/me/app/run', 3, 1],
    ['usr/lib/python3/site-packages/django/db/models/query', 411, 0],
  ]);
});

test('a JavaScript trace breaks at its first frame', () => {
  const trace = `TypeError: x is not a function
    at Object.parse (/app/node_modules/dayjs/src/plugin/utc.js:12:5)
    at async file:///app/main.mjs:3:1`;

  expect(framesOf(trace)).toEqual([
    ['app/node_modules/dayjs/src/plugin/utc', 12, 0],
    ['app/main', 3, 1],
  ]);
});

test('a Java trace names classes by package', () => {
  const trace = `java.lang.NullPointerException
	at com.fasterxml.jackson.core.JsonParser.next(JsonParser.java:88)
	at org.example.Main$Inner.run(Main.java:5)`;

  expect(framesOf(trace)).toEqual([
    ['com/fasterxml/jackson/core/JsonParser', 88, 0],
    ['org/example/Main', 5, 1],
  ]);
});

test('a Go trace names files with their lines', () => {
  const trace = `panic: runtime error\n\ngoroutine 1 [running]:\nmain.load(...)\n\t/go/src/example/internal/load.go:42 +0x1d\nmain.main()\n\t/go/src/example/main.go:9 +0x20`;

  expect(framesOf(trace)).toEqual([
    ['go/src/example/internal/load', 42, 0],
    ['go/src/example/main', 9, 1],
  ]);
});

test('a Rust panic names the file that panicked', () => {
  expect(framesOf(`thread 'main' panicked at src/walk.rs:100:5:\nindex out of bounds`)).toEqual([['src/walk', 100, 0]]);
  expect(framesOf(`thread 'main' panicked at 'boom', src/main.rs:10:5`)).toEqual([['src/main', 10, 0]]);
});

test.each([
  ['a path', 'see `src/utils/dates.ts` please', 'src/utils/dates', '.ts'],
  ['a path of Windows', 'in lib\\core\\main.js', 'lib/core/main', '.js'],
  ['a file alone', 'edit conf.py first', 'conf', '.py'],
  ['a dotted module', 'from sympy.core.expr import Expr', 'sympy/core/expr', null],
  ['a path of Rust', 'std::fs::File is used', 'std/fs/File', null],
  ['a link to a forge', 'https://github.com/o/r/blob/main/src/app/fields.py#L213-L215', 'src/app/fields', '.py'],
])('%s is a mention', (_, text, segments, extension) => {
  expect(mentionsIn(text)).toContainEqual(
    expect.objectContaining({ segments: segments.split('/'), extension, frame: false }),
  );
});

test('an ordinary address is no mention', () => {
  expect(mentionsIn('see https://example.com/docs/page.html')).toEqual([]);
});

test('text made to be slow is read in time that grows with its length', () => {
  // Would not end within the test's time limit if a pattern went back over what it read.
  for (const unit of ['a/', 'at ', 'a.b', '(', 'File "', '#1 ', '\\'])
    expect(mentionsIn(unit.repeat(8000))).toBeDefined();
});
