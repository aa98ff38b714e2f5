import type { Citation } from '@yudai/contract';
import { expect, test } from 'vitest';
import { Markdown } from '#features/chat/markdown/markdown.tsx';
import { render } from '#testing/render.tsx';

const verified: Citation = {
  text: 'src/queue.ts:3-5@0123456789ab',
  path: 'src/queue.ts',
  startLine: 3,
  endLine: 5,
  blob: '0123456789ab',
  state: 'verified',
};

async function show(text: string, citations: readonly Citation[] = [], isStreaming = false) {
  const rendered = await render(
    <Markdown text={text} citations={citations} isStreaming={isStreaming} onOpen={() => {}} />,
    () => {},
  );
  const root = document.querySelector('.markdown');
  if (root === null) throw new Error('nothing was drawn');
  return { ...rendered, root };
}

/** Everything by which a text could do more than be read. */
const dangerous =
  'script, style, iframe, object, embed, form, img, video, audio, source, svg:not(.lucide), base, meta, link, input:not([type="checkbox"])';

test.each([
  '<script>window.hacked = 1</script>',
  '<img src=x onerror="window.hacked = 1">',
  'x <svg onload=alert(1)> y',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<a href="javascript:alert(1)" onclick="alert(1)">click</a>',
  '[click](javascript:alert(1))',
  '[click](JaVaScRiPt:alert(1))',
  '[click](&#106;avascript:alert(1))',
  '[click](data:text/html;base64,PHNjcmlwdD4=)',
  '[click](vbscript:x) <vbscript:x> <javascript:alert(1)>',
  '[click](//evil.example/x)',
  '![pixel](https://evil.example/pixel.png)',
  '![pixel](data:image/svg+xml;base64,PHN2Zz4=)',
  '![x](javascript:alert(1))',
  '[![a](https://evil.example/a.png)](javascript:alert(1))',
  '<!-- hidden --> <style>*{display:none}</style>',
  '```html\n<script>alert(1)</script>\n```',
  '`<img src=x onerror=alert(1)>`',
  '<form action=https://evil.example><input name=password></form>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
  '- [x] <b onmouseover=alert(1)>b</b>',
  '[ref]\n\n[ref]: javascript:alert(1)',
  '<details open ontoggle=alert(1)>',
  '"><script>alert(1)</script>',
])('hostile Markdown is text, links to web pages at most: %s (N15)', async (text) => {
  for (const isStreaming of [false, true]) {
    const { root } = await show(text, [], isStreaming);

    expect(root.querySelectorAll(dangerous)).toHaveLength(0);
    for (const element of root.querySelectorAll('*')) {
      expect(element.getAttributeNames().filter((name) => name.startsWith('on'))).toEqual([]);
      expect(element.getAttribute('src')).toBeNull();
    }
    for (const link of root.querySelectorAll('a')) {
      expect(link.getAttribute('href')).toMatch(/^https?:\/\//);
      expect(link.getAttribute('rel')).toContain('noopener');
      expect(link.getAttribute('target')).toBe('_blank');
    }
  }
});

test('the check of hostile Markdown finds what it looks for', () => {
  const place = document.createElement('div');
  place.innerHTML = '<img src="x" onerror="alert(1)">';

  expect(place.querySelectorAll(dangerous)).toHaveLength(1);
});

test('tags are shown as they were written, not swallowed (N15)', async () => {
  const { text } = await show('Use <Queue> and <!-- a comment --> here.\n\n<div>block</div>');

  expect(text()).toContain('Use <Queue> and <!-- a comment --> here.');
  expect(text()).toContain('<div>block</div>');
});

test('a picture is a link to it, with its name (N15)', async () => {
  const { root } = await show('![the queue](https://example.org/queue.png)');

  expect(root.querySelector('a')?.textContent).toBe('[image: the queue]');
});

test('citations are chips that say whether the code is there, not by colour alone', async () => {
  const stale = {
    ...verified,
    text: 'a.ts:1@aaaaaaaaaaaa',
    path: 'a.ts',
    startLine: 1,
    endLine: 1,
    state: 'stale',
  } as const;
  const missing = { ...stale, text: 'gone.ts:9@aaaaaaaaaaaa', path: 'gone.ts', state: 'missing' } as const;
  const { buttons, root } = await show(`See ${verified.text}, \`${stale.text}\` and ${missing.text}.`, [
    verified,
    stale,
    missing,
  ]);

  expect(buttons()).toEqual(['Open src/queue.ts:3-5', 'changed: Open a.ts:1']);
  expect(root.textContent).toBe('See queue.ts:3-5, a.ts:1changed and gone.ts:1not found.');
  expect(root.querySelectorAll('button.cite[data-state="missing"]')).toHaveLength(0);
});

test('code keeps its text and can be copied; a diagram is not drawn until somebody asks', async () => {
  const { buttons, root } = await show('```ts\nconst a = 1 < 2;\n```\n\n```mermaid\ngraph TD; a-->b\n```');

  expect(root.querySelector('pre')?.textContent.trim()).toBe('const a = 1 < 2;');
  expect(buttons()).toEqual(['Copy the code', 'Draw', 'Copy the code']);
  expect(root.querySelector('img')).toBeNull();
});

test('a table, a list and a very long line are drawn', async () => {
  const { root } = await show(`| a | b |\n|---|---|\n| 1 | 2 |\n\n1. one\n2. two\n\n${'x'.repeat(50_000)}`);

  expect(root.querySelectorAll('td')).toHaveLength(2);
  expect(root.querySelectorAll('ol > li')).toHaveLength(2);
  expect(root.textContent.replace(/\s/g, '')).toHaveLength(50_000 + 'ab12onetwo'.length);
});

test('a task says whether it is done, and its box changes nothing (F2)', async () => {
  const { root } = await show('- [ ] AC1 holds\n- [x] AC2 holds');
  const boxes = [...root.querySelectorAll('input')];

  expect(boxes.map((box) => [box.getAttribute('aria-label'), box.checked, box.disabled])).toEqual([
    ['to do', false, true],
    ['done', true, true],
  ]);
});
