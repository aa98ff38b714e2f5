import type { PackFormat, Piece } from './types.ts';

/** The whole text of a pack: an introduction and its pieces. */
export function renderPack(introduction: string, pieces: readonly Piece[], format: PackFormat): string {
  switch (format) {
    case 'markdown':
      return [introduction, ...pieces.map((piece) => renderPiece(piece, format))].filter(Boolean).join('\n\n');
    case 'xml':
      return `<context>\n${introduction === '' ? '' : `<about>\n${escapeXml(introduction)}\n</about>\n`}${pieces.map((piece) => `${renderPiece(piece, format)}\n`).join('')}</context>`;
    case 'json':
      return `{"about":${JSON.stringify(introduction)},"items":[${pieces.map((piece) => renderPiece(piece, format)).join(',')}]}`;
  }
}

export function renderPiece({ path, language, form, cite, text }: Piece, format: PackFormat): string {
  switch (format) {
    case 'markdown': {
      const fence = fenceFor(text);
      return `## ${cite}${form === 'signatures' ? ' (signatures)' : ''}\n\n${fence}${(language ?? '').toLowerCase().replaceAll(/[^a-z0-9+#-]/g, '')}\n${text}\n${fence}`;
    }
    case 'xml':
      return `<file path="${escapeXml(path)}" cite="${escapeXml(cite)}" form="${form}"><![CDATA[\n${text.replaceAll(']]>', ']]]]><![CDATA[>')}\n]]></file>`;
    case 'json':
      return JSON.stringify({ path, cite, form, text });
  }
}

// One backtick more than the longest run inside, so that a document with fences does not end its own.
function fenceFor(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`{3,}/g), ([run]) => run.length));
  return '`'.repeat(longest + 1);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
