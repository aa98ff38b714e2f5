import TurndownService from 'turndown';

export interface MarkdownPage {
  readonly title: string | null;
  readonly text: string;
}

/** What is for looking at and clicking, not for reading. */
const left = [
  ...(['script', 'style', 'noscript', 'template', 'iframe', 'object', 'canvas', 'svg', 'nav', 'footer'] as const),
  ...(['button', 'select', 'input', 'textarea', 'title'] as const),
];

/**
 * The readable text of an HTML page as Markdown: no HTML, no images but their words, and links to http(s) pages alone. Takes long, or all
 * of the stack, for a page that was made to: run it where that may happen.
 */
export function toMarkdown(html: string, url: string): MarkdownPage {
  const service = new TurndownService({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-' });
  let title: string | null = null;
  service.addRule('title', {
    filter: 'title',
    replacement: (content) => {
      title ??= content.trim() || null;
      return '';
    },
  });
  service.addRule('left', { filter: (node) => isLeft(node.nodeName), replacement: () => '' });
  service.addRule('words of images', {
    filter: 'img',
    replacement: (_, node) => ('getAttribute' in node ? (node.getAttribute('alt') ?? '') : ''),
  });
  service.addRule('links', {
    filter: 'a',
    replacement: (content, node) => {
      const target = 'getAttribute' in node ? targetOf(node.getAttribute('href'), url) : null;
      return target === null || content.trim() === '' ? content : `[${content}](${target})`;
    },
  });
  const text = service.turndown(html).replaceAll(/\n{3,}/g, '\n\n');
  return { title, text: text.trim() };
}

function isLeft(name: string): boolean {
  const lower = name.toLowerCase();
  return lower !== 'title' && left.some((word) => word === lower);
}

function targetOf(href: string | null, url: string): string | null {
  if (href === null || href.startsWith('#') || !URL.canParse(href, url)) return null;
  const target = new URL(href, url);
  if (target.protocol !== 'https:' && target.protocol !== 'http:') return null;
  return target.href.replaceAll('(', '%28').replaceAll(')', '%29');
}
