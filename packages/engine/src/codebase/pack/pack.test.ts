import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indexOf } from '../rank/testing/index-of.ts';
import { packContext, type PackRequest } from './index.ts';
import { tokensOf } from './tokens.ts';

const long = (name: string) =>
  `def ${name}_first():\n${'    value = compute(value)\n'.repeat(30)}\ndef ${name}_second():\n    # opens the ${name} door\n${'    value = compute(value)\n'.repeat(30)}`;
const files = {
  'README.md': '# Doors\n\nOpens doors of all kinds.\n',
  'src/main.py': 'from garden import open_gate\n\ndef main():\n    open_gate()\n',
  'src/garden.py': 'def open_gate():\n    """Opens the garden gate."""\n    return True\n',
  'src/house.py': long('house'),
  'src/barn.py': long('barn'),
  'src/odd.md': 'A fence:\n```\ncode\n```\n]]> <tag> "quotes" <|endoftext|>\n',
};
const never = new AbortController().signal;

async function pack(request: Partial<PackRequest>) {
  const repository = await indexOf(files);
  return packContext(
    { ...repository, commit: 'c0ffee00c0ffee00' },
    { query: '', budget: 4000, format: 'markdown', paths: [], ...request },
    never,
  );
}

test('a pack never has more tokens than its budget, and counts them exactly', async () => {
  const repository = await indexOf(files);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 200, max: 3000 }),
      fc.constantFrom('markdown', 'xml', 'json'),
      fc.constantFrom('', 'open the garden gate', 'house door', 'barn and house doors and fence code quotes'),
      fc.subarray(Object.keys(files)),
      async (budget, format, query, paths) => {
        const result = await packContext({ ...repository, commit: 'c0ffee' }, { query, budget, format, paths }, never);
        expect(result.tokens).toBeLessThanOrEqual(budget);
        expect(result.tokens).toBe(tokensOf(result.text));
        for (const { cite } of result.items) expect(result.text).toContain(cite);
      },
    ),
    { numRuns: 25 },
  );
});

test('what the query is about comes first and whole when it fits', async () => {
  const { items, text } = await pack({ query: 'open the garden gate' });

  expect(items[0]).toMatchObject({ path: 'src/garden.py', form: 'whole', startLine: 1, endLine: 3 });
  expect(text).toContain('"""Opens the garden gate."""');
});

test('a file too long for the budget is shown by the stretch that matters', async () => {
  const { items, leftOut } = await pack({ query: 'opens the barn door', budget: 420 });
  const barn = items.find(({ path }) => path === 'src/barn.py');

  expect(barn?.form).not.toBe('whole');
  expect([...items, ...leftOut].map(({ path }) => path)).toContain('src/house.py');
});

test('a path that is asked for comes before everything that is found', async () => {
  expect((await pack({ query: 'open the garden gate', paths: ['src/main.py'] })).items[0]?.path).toBe('src/main.py');
  expect((await pack({ paths: ['src/main.py'] })).items.map(({ path }) => path)).toEqual(['src/main.py']);
});

test('without a query it is a digest: languages, outline, entry points, README and signatures', async () => {
  const { text, items } = await pack({});

  expect(text).toMatch(/Languages by lines: Python \d+ %/);
  expect(text).toContain('src/ 5');
  expect(text).toContain('Entry points: src/main.py');
  expect(items[0]).toMatchObject({ path: 'README.md' });
  expect(items.find(({ path }) => path === 'src/house.py')).toMatchObject({ form: 'signatures' });
});

test('each format keeps texts apart from its frame', async () => {
  const asked = { paths: ['src/odd.md'] };
  const markdown = await pack({ ...asked, format: 'markdown' });
  const xml = await pack({ ...asked, format: 'xml' });
  const json = await pack({ ...asked, format: 'json' });

  expect(markdown.text).toContain('````markdown\nA fence:\n```\ncode\n```');
  expect(xml.text.replaceAll(']]]]><![CDATA[>', '').match(/\]\]>/g)).toHaveLength(1);
  expect(JSON.parse(json.text)).toMatchObject({ items: [{ path: 'src/odd.md', text: files['src/odd.md'].trimEnd() }] });
});

test('the same request gives the same pack', async () => {
  expect(await pack({ query: 'house door', budget: 700 })).toEqual(await pack({ query: 'house door', budget: 700 }));
});

test('a cancelled pack stops', async () => {
  const repository = await indexOf(files);

  await expect(
    packContext(
      { ...repository, commit: 'c' },
      { query: 'door', budget: 500, format: 'markdown', paths: [] },
      AbortSignal.abort(new Error('enough')),
    ),
  ).rejects.toThrow('enough');
});
