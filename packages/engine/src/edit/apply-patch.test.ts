import { createHash } from 'node:crypto';
import { createTwoFilesPatch } from 'diff';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyPatch, applyV4a, type PatchResult } from '#edit/apply-patch.ts';
import { malformedEdit } from '#edit/testing/malformed-edits.ts';

const readerOf = (files: Readonly<Record<string, string>>) => (path: string) => files[path] ?? null;

/** The files afterwards, or why not. */
function outcome(result: PatchResult) {
  if (result.kind === 'refused') return result.parts.map(({ reason }) => reason).join(' ');
  return Object.fromEntries(result.changes.map(({ path, text }) => [path, text]));
}

const unified = async (files: Readonly<Record<string, string>>, ...lines: string[]) =>
  outcome(await applyPatch(readerOf(files), lines.join('\n')));

const v4a = async (files: Readonly<Record<string, string>>, ...lines: string[]) =>
  outcome(await applyV4a(readerOf(files), ['*** Begin Patch', ...lines, '*** End Patch'].join('\n')));

const head = ['--- a/f', '+++ b/f'];
const abc = { f: 'a\nb\nc\n' };

test('a hunk goes where its lines stand, whatever its numbers say', async () => {
  const changed = { f: 'a\nx\nc\n' };

  expect(await unified(abc, ...head, '@@ -1,3 +1,3 @@', ' a', '-b', '+x', ' c')).toEqual(changed);
  expect(await unified(abc, ...head, '@@ -90,3 +90,3 @@', ' a', '-b', '+x', ' c')).toEqual(changed);
  expect(await unified(abc, ...head, '@@', ' a', '-b', '+x', ' c')).toEqual(changed);
  expect(await unified(abc, ...head, '@@ ... @@', ' a', '-b', '+x', ' c', '')).toEqual(changed);
  expect(await unified(abc, ...head, '@@ -1,1 +1,1 @@', ' a', '-b', '+x', ' c')).toEqual(changed);
  expect(await unified({ f: 'a\n\nb\n' }, ...head, '@@ -1 +1,2 @@', '+x', ' a', '', '+y', ' b')).toEqual({
    f: 'x\na\n\ny\nb\n',
  });
  expect(await unified(abc, 'Here it is:', '```diff', ...head, '@@ -2 +2 @@', '-b', '+x', '```')).toEqual(changed);
  expect(
    await unified(abc, '--- f\t2026-01-01', '+++ f\t2026-01-02', '@@ -2 +2 @@', '-b', '+x', '-- ', '2.39.5', ''),
  ).toEqual(changed);
});

test('a hunk that cannot be read for certain refuses the patch', async () => {
  expect(await unified(abc, ...head, '@@ -1,3 +1,4 @@', ' a', '-b', '+x')).toBe('malformed');
  expect(await unified(abc, ...head, '@@ -1,1 +1,3 @@', '-b', '+x')).toBe('malformed');
  expect(await unified(abc, ...head, '@@', ' a', 'b', '+x')).toBe('malformed');
  expect(await unified(abc, ...head, '@@ -1,2 +1,2 @@', ' a', ' b')).toBe('malformed');
  expect(await unified(abc, ...head, '@@', '-b', '+x', '```', '+y')).toBe('malformed');
  expect(await unified(abc, ...head)).toBe('malformed');
  expect(await unified(abc, '@@ -1 +1 @@', '-a', '+x')).toBe('malformed');
  expect(await unified(abc, 'no patch')).toBe('malformed');
  expect(await unified(abc, '--- a/f', '+++ b/g', '@@', '-a', '+x')).toBe('malformed');
  expect(await unified(abc, 'diff --git a/f b/f', 'index 1..2', 'Binary files a/f and b/f differ')).toBe('malformed');
  expect(await unified({}, '--- /dev/null', '+++ b/../f', '@@', '+x')).toBe('malformed');
  expect(await unified({}, '--- /dev/null', '+++ b/.git/config', '@@', '+x')).toBe('malformed');
  expect(await unified({}, '--- /dev/null', '+++ /etc/f', '@@', '+x')).toBe('malformed');
  expect(
    await unified(
      {},
      'diff --git a/l b/l',
      'new file mode 120000',
      '--- /dev/null',
      '+++ b/l',
      '@@ -0,0 +1 @@',
      '+/etc/passwd',
    ),
  ).toBe('malformed');
});

test('removed and added lines that look like the head of a file are read by their counts', async () => {
  expect(await unified({ f: '-- a\nb\n' }, ...head, '@@ -1,2 +1,2 @@', '--- a', '+++ x', ' b')).toEqual({
    f: '++ x\nb\n',
  });
});

test('a patch of an older text is refused whole, and says so of every hunk', async () => {
  const files = { f: 'a\nb\nc\n', g: 'd\n' };

  const result = await applyPatch(
    readerOf(files),
    [...head, '@@', '-b', '+x', '@@', ' z', '-c', '--- a/g', '+++ b/g', '@@', '-e', '+f'].join('\n'),
  );

  expect(result).toMatchObject({
    kind: 'refused',
    parts: [
      { path: 'f', line: 6, reason: 'not_found' },
      { path: 'g', line: 11, reason: 'not_found' },
    ],
  });
});

test('what fits at two places is refused, unless the order of hunks leaves one', async () => {
  const f = 'if\n  go\nend\nmiddle\nif\n  go\nend\n';

  expect(await unified({ f }, ...head, '@@ -5,3 +5,3 @@', ' if', '-  go', '+  stop', ' end')).toBe('ambiguous');
  expect(await unified({ f }, ...head, '@@', '-middle', '+centre', '@@', ' if', '-  go', '+  stop')).toEqual({
    f: 'if\n  go\nend\ncentre\nif\n  stop\nend\n',
  });
  expect(await unified({ f }, ...head, '@@ -2 +2 @@', '-  go', '+  stop', '@@ -6 +6 @@', '-  go', '+  halt')).toEqual({
    f: 'if\n  stop\nend\nmiddle\nif\n  halt\nend\n',
  });
  expect(await unified(abc, ...head, '@@', '-c', '+z', '@@', '-a', '+x')).toEqual({ f: 'x\nb\nz\n' });
  expect(await unified(abc, ...head, '@@', '-b', '+x', '@@', '-b', '+y')).toBe('ambiguous ambiguous');
  expect(await unified(abc, ...head, '@@', ' b', '+x', '@@', ' b', '+y')).toBe('ambiguous ambiguous');
  expect(await unified(abc, ...head, '@@ -1,0 +2,1 @@', '+x')).toBe('ambiguous');
});

test('a number decides only when the patch proves that it was made from this text', async () => {
  const f = 'go\nstay\ngo\n';
  const blob = createHash('sha1').update(`blob ${f.length}\0${f}`).digest('hex').slice(0, 10);
  const patch = (index: string) => [
    'diff --git a/f b/f',
    `index ${index}..0123456 100644`,
    ...head,
    '@@ -3,1 +3,1 @@',
    '-go',
    '+stop',
  ];

  expect(await unified({ f }, ...patch(blob))).toEqual({ f: 'go\nstay\nstop\n' });
  expect(await unified({ f }, ...patch('0123456'))).toBe('ambiguous');
  expect(await unified({ f: `${f}\n` }, ...patch(blob))).toBe('ambiguous');
});

test('line ends, blanks, indentation and the end of a file stay as they are', async () => {
  expect(await unified({ f: '\uFEFFa\r\nb\nc' }, ...head, '@@', ' a', '-b', '+x', '+y', ' c', '+d')).toEqual({
    f: '\uFEFFa\r\nx\ny\nc\nd',
  });
  expect(await unified({ f: '{\n\ta;  \n\tb;\n}\n' }, ...head, '@@', '   a;', '-  b;', '+if', '+  c;')).toBe(
    'not_found',
  );
  expect(await unified({ f: '{\n\ta;  \n\tb;\n}\n' }, ...head, '@@', ' {', '   a;', '-  b;', '+  c;', ' }')).toEqual({
    f: '{\n\ta;  \n\tc;\n}\n',
  });
  expect(await unified({ f: 'a\nb' }, ...head, '@@', ' a', '-b', '\\ No newline at end of file', '+c')).toEqual({
    f: 'a\nc\n',
  });
  expect(await unified({ f: 'a\nb\n' }, ...head, '@@', ' a', '-b', '+c', '\\ No newline at end of file')).toEqual({
    f: 'a\nc',
  });
  expect(await unified({ f: 'a\nb\n' }, ...head, '@@', '-b', '\\ No newline at end of file', '+c')).toBe('not_found');
});

test('files are created, removed, renamed and copied, all or none', async () => {
  const create = ['--- /dev/null', '+++ b/g', '@@ -0,0 +1,2 @@', '+x', '+y'];
  const rename = [
    'diff --git a/f b/h',
    'similarity index 90%',
    'rename from f',
    'rename to h',
    '--- a/f',
    '+++ b/h',
    '@@ -2 +2 @@',
    '-b',
    '+x',
  ];

  expect(await unified(abc, ...create)).toEqual({ g: 'x\ny\n' });
  expect(await unified({ g: 'z\n' }, ...create)).toBe('exists');
  expect(await unified(abc, '--- a/f', '+++ /dev/null', '@@ -1,3 +0,0 @@', '-a', '-b', '-c')).toEqual({ f: null });
  expect(await unified(abc, '--- a/f', '+++ /dev/null', '@@ -1,2 +0,0 @@', '-a', '-b')).toBe('not_found');
  expect(await applyPatch(readerOf(abc), rename.join('\n'))).toEqual({
    kind: 'applied',
    changes: [{ kind: 'renamed', path: 'h', from: 'f', text: 'a\nx\nc\n', how: 'exact', executable: undefined }],
  });
  expect(await unified({ ...abc, h: '' }, ...rename)).toBe('exists');
  expect(await unified({}, ...rename)).toBe('missing');
  expect(await unified(abc, 'diff --git a/f b/i', 'copy from f', 'copy to i')).toEqual({ i: 'a\nb\nc\n' });
  expect(await unified(abc, 'diff --git a/f b/f', 'deleted file mode 100644')).toBe('malformed');
  expect(await unified(abc, 'diff --git a/f b/f', 'deleted file mode 100644', 'index 1234567..0000000')).toBe(
    'not_found',
  );
  expect(await unified(abc, ...create, ...head, '@@', '-z', '+y')).toBe('not_found');
  expect(await unified({ 'ä b': 'a\n' }, '--- "a/\\303\\244 b"', '+++ "b/\\303\\244 b"', '@@', '-a', '+b')).toEqual({
    'ä b': 'b\n',
  });
  expect(await applyPatch(readerOf(abc), 'diff --git a/f b/f\nold mode 100644\nnew mode 100755\n')).toMatchObject({
    changes: [{ kind: 'changed', executable: true }],
  });
});

test('sections of one file follow each other', async () => {
  const again = [...head, '@@', ' x', '-c', '+y'];

  expect(await unified(abc, ...head, '@@', '-b', '+x', ...again)).toEqual({ f: 'a\nx\ny\n' });
  expect(await unified({}, '--- /dev/null', '+++ b/f', '@@', '+x', '+c', ...again)).toEqual({ f: 'x\ny\n' });
  expect(await unified(abc, ...head, '@@', '-b', '+x', ...head, '@@', '-x', '+b')).toBe('unchanged');
});

test('V4A patches add, delete, update and move', async () => {
  expect(await v4a(abc, '*** Update File: f', '@@', ' a', '-b', '+x')).toEqual({ f: 'a\nx\nc\n' });
  expect(await v4a(abc, '*** Update File: f', '*** Move to: dir/g', '@@', '-b', '+x')).toEqual({
    'dir/g': 'a\nx\nc\n',
  });
  expect(await v4a(abc, '*** Add File: g', '+x', '+', '+y', '*** Delete File: f')).toEqual({ g: 'x\n\ny\n', f: null });
  expect(await v4a(abc, '*** Update File: f', ' c', '+d', '*** End of File')).toEqual({ f: 'a\nb\nc\nd\n' });
  expect(await v4a(abc, '*** Update File: f', '+d', '*** End of File')).toEqual({ f: 'a\nb\nc\nd\n' });
  expect(await v4a(abc, '*** Update File: f', '@@', '+d')).toBe('ambiguous');
  expect(await v4a(abc, '*** Update File: f', '@@', ' a', '*** End of File', '-b')).toBe('malformed');
  expect(await v4a(abc, '*** Update File: f', 'b', '+x')).toBe('malformed');
  expect(await v4a(abc, '*** Update File: f')).toBe('malformed');
  expect(await v4a(abc, '*** Update File: ../f', '@@', '-b', '+x')).toBe('malformed');
  expect(outcome(await applyV4a(readerOf(abc), '*** Begin Patch\n*** Update File: f\n@@\n-b\n+x\n'))).toBe('malformed');
});

test('V4A hunks stand behind the lines that they name', async () => {
  const f = 'class A:\n  def go():\n    return 1\n  def stay():\n    return 1\nclass B:\n  def go():\n    return 1\n';
  const to = (...anchors: string[]) => v4a({ f }, '*** Update File: f', ...anchors, '-    return 1', '+    return 2');
  const changedAt = (line: number) => ({ f: f.split('\n').with(line, '    return 2').join('\n') });

  expect(await to('@@')).toBe('ambiguous');
  expect(await to('@@ def go():')).toBe('ambiguous');
  expect(await to('@@ def stay():')).toEqual(changedAt(4));
  expect(await to('@@ class B')).toEqual(changedAt(7));
  expect(await to('@@ class A:', '@@   def go():')).toEqual(changedAt(2));
  expect(await to('@@ class C')).toBe('not_found');
});

test('what another program writes as the difference of two texts makes one of the other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000_000), async (seed) => {
      const { before, intended } = malformedEdit(seed);
      if (intended === null) return;
      const patch = createTwoFilesPatch(
        'a/f',
        'b/f',
        before.replaceAll('\r\n', '\n'),
        intended.replaceAll('\r\n', '\n'),
        '',
        '',
        { context: 3 },
      );

      expect(await unified({ f: before }, patch)).toEqual({ f: intended });
    }),
    { numRuns: 400 },
  );
});

test('a patch that lost lines is refused, never made in part, and none is too odd to be judged', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000_000), fc.array(fc.nat(60), { minLength: 1, maxLength: 3 }), async (seed, lost) => {
      const { before, intended } = malformedEdit(seed);
      if (intended === null || /[^\n]$/.test(intended)) return;
      const [old, fresh] = [before.replaceAll('\r\n', '\n'), intended.replaceAll('\r\n', '\n')];
      const lines = createTwoFilesPatch('a/f', 'b/f', old, fresh, '', '', { context: 3 }).split('\n');
      const kept = lines.filter((_, at) => !lost.some((line) => line % lines.length === at));

      const result = await unified({ f: old }, kept.join('\n'));

      expect(typeof result === 'string' ? { f: fresh } : result).toEqual({ f: fresh });
    }),
    { numRuns: 1_500 },
  );
});

test.each(['unified', 'V4A'])(
  'no %s patch of repeating lines ever makes another text than was meant, also when lines came before or after',
  async (form) => {
    const lines = (most: number) =>
      fc
        .array(fc.constantFrom('a', 'b', '  b', '', '}'), { maxLength: most })
        .map((all) => all.map((line) => `${line}\n`).join(''));
    let applied = 0;
    await fc.assert(
      fc.asyncProperty(
        lines(12),
        lines(12),
        lines(4),
        lines(4),
        fc.nat(3),
        async (before, after, above, below, context) => {
          const patch = createTwoFilesPatch('a/f', 'b/f', before, after, '', '', { context });
          const hunks = patch
            .slice(patch.indexOf('@@'))
            .replace(/^@@.*$/gm, '@@')
            .trimEnd();
          const files = { f: above + before + below };
          const result = form === 'V4A' ? await v4a(files, '*** Update File: f', hunks) : await unified(files, patch);
          if (typeof result === 'string') return;
          applied += 1;

          expect(result).toEqual({ f: above + after + below });
        },
      ),
      { numRuns: 3_000 },
    );
    expect(applied).toBeGreaterThan(200);
  },
);
