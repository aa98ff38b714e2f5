/** Keys that the text of a diagram may not set itself: they reach beyond its boxes and arrows. */
const settled = [
  'secure',
  'securityLevel',
  'startOnLoad',
  'maxTextSize',
  'maxEdges',
  'suppressErrorRendering',
  'htmlLabels',
  'flowchart',
  'themeCSS',
  'themeVariables',
  'fontFamily',
  'altFontFamily',
  'dompurifyConfig',
];

/**
 * Draws a Mermaid text. Answers the address of an image: a picture in an image runs no script and fetches nothing, whatever it contains.
 * Rejects with Mermaid's words when the text is no diagram.
 */
export async function drawDiagram(id: string, code: string, scheme: 'dark' | 'light'): Promise<string> {
  const { default: mermaid } = await import('mermaid');
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    suppressErrorRendering: true,
    secure: settled,
    htmlLabels: false,
    look: 'classic',
    // As large as its text needs, not as wide as the chat.
    flowchart: { htmlLabels: false, useMaxWidth: false },
    sequence: { useMaxWidth: false },
    class: { useMaxWidth: false },
    state: { useMaxWidth: false },
    er: { useMaxWidth: false },
    maxTextSize: 50_000,
    maxEdges: 500,
    theme: scheme === 'dark' ? 'dark' : 'neutral',
    fontFamily: 'system-ui, sans-serif',
  });
  const { svg } = await mermaid.render(id, code);
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}
