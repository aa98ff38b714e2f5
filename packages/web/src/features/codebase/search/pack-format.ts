import type { packFormats } from '@yudai/contract';

export type PackFormat = (typeof packFormats)[number];

export const packFormatWords: Record<PackFormat, { label: string; extension: string; mime: string }> = {
  markdown: { label: 'Markdown', extension: 'md', mime: 'text/markdown' },
  xml: { label: 'XML', extension: 'xml', mime: 'application/xml' },
  json: { label: 'JSON', extension: 'json', mime: 'application/json' },
};
