import { Worker } from 'node:worker_threads';
import { decodeText } from '#codebase/classify/decode.ts';
import { fetchPage, type PageOptions } from '#pages/fetch-page.ts';
import { PageError } from '#pages/page-error.ts';
import type { MarkdownPage } from '#pages/to-markdown.ts';

export interface PageText extends MarkdownPage {
  /** Where it was in the end, after redirects. */
  readonly url: string;
}

const longestConversionMs = 5_000;

/** The text of a page of the public internet: HTML as Markdown, other text as it is. Throws PageError. */
export async function readPage(address: string, options: PageOptions = {}): Promise<PageText> {
  const { url, contentType, bytes } = await fetchPage(address, options);
  const [type = ''] = contentType.toLowerCase().split(';');
  if (!isText(type.trim()) || bytes.includes(0)) {
    throw new PageError('not_text', 'There is no text behind this address. Download it, and upload what matters.');
  }
  const text = decode(bytes, contentType);
  if (!/html/.test(type)) return { url, title: null, text: text.trim() };
  return { url, ...(await convert(text, url, options.signal)) };
}

function isText(type: string): boolean {
  return type === '' || /^text\/|^application\/(?:.*\+)?(?:json|xml|xhtml\+xml|yaml|toml|javascript)$/.test(type);
}

/** By the server's word, else by the page's own, else UTF-8. */
function decode(bytes: Buffer, contentType: string): string {
  const inPage = /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]+)/i.exec(bytes.toString('latin1', 0, 2048));
  const [, label] = /charset\s*=\s*"?([\w-]+)/i.exec(contentType) ?? inPage ?? [];
  try {
    if (label !== undefined) return new TextDecoder(label).decode(bytes);
  } catch {
    // An encoding that nobody knows is none: the bytes themselves decide.
  }
  return decodeText(bytes).text;
}

/** On a thread that may be thrown away: pages are written by others, also by those who mean to hold up or break who reads them. */
async function convert(html: string, url: string, signal: AbortSignal | undefined): Promise<MarkdownPage> {
  const worker = new Worker(new URL('./page-text-worker.ts', import.meta.url), {
    workerData: { html, url },
    resourceLimits: { maxOldGenerationSizeMb: 256 },
    stderr: true,
  });
  const late = AbortSignal.timeout(longestConversionMs);
  const stop = signal === undefined ? late : AbortSignal.any([signal, late]);
  try {
    return await new Promise<MarkdownPage>((resolve, reject) => {
      const fail = (cause?: unknown) =>
        reject(
          signal?.aborted === true
            ? new PageError('cancelled', 'The reading was cancelled.')
            : new PageError('unreadable', 'This page is built in a way that cannot be read as text.', { cause }),
        );
      // Our own worker says nothing else.
      worker.once('message', (page: MarkdownPage) => resolve(page));
      worker.once('error', fail);
      worker.once('exit', () => fail());
      stop.addEventListener('abort', () => fail(stop.reason), { once: true });
    });
  } finally {
    await worker.terminate();
  }
}
