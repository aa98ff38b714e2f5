import { parentPort, workerData } from 'node:worker_threads';
import { toMarkdown } from '#pages/to-markdown.ts';

// `readPage` alone starts this.
const { html, url } = workerData as { readonly html: string; readonly url: string };
parentPort?.postMessage(toMarkdown(html, url));
