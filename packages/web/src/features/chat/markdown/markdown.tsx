import type { Citation } from '@yudai/contract';
import { createContext, use, useMemo } from 'react';
import type { ComponentProps, ReactNode } from 'react';
import { Streamdown, useIsCodeFenceIncomplete } from 'streamdown';
import type { Components, ExtraProps } from 'streamdown';
import '#features/chat/markdown/markdown.css';
import { CitationChip } from '#features/chat/markdown/citation-chip.tsx';
import type { OpenSource } from '#features/chat/markdown/citation-chip.tsx';
import { CodeBlock } from '#features/chat/markdown/code-block.tsx';
import { Diagram } from '#features/chat/markdown/diagram.tsx';
import { markAt, markCitations, markOf } from '#features/chat/markdown/mark-citations.ts';
import type { Mark } from '#features/chat/markdown/mark-citations.ts';

interface Props {
  text: string;
  citations: readonly Citation[];
  isStreaming: boolean;
  onOpen: OpenSource;
}

const Cited = createContext<{ marks: readonly Mark[]; onOpen: OpenSource }>({ marks: [], onOpen: () => {} });

/**
 * What a model or a person wrote, as Markdown. HTML in it is text, images are links, and links lead to web pages only, in a tab of their own.
 */
export function Markdown(props: Props): ReactNode {
  const { citations, isStreaming, onOpen } = props;
  const { text, marks } = useMemo(() => markCitations(props.text, citations), [props.text, citations]);
  const cited = useMemo(() => ({ marks, onOpen }), [marks, onOpen]);
  return (
    <Cited value={cited}>
      <Streamdown
        className="markdown"
        mode={isStreaming ? 'streaming' : 'static'}
        parseIncompleteMarkdown={isStreaming}
        components={components}
        // None that reads HTML: without it, tags are text.
        rehypePlugins={noPlugins}
        controls={false}
      >
        {text}
      </Streamdown>
    </Cited>
  );
}

const noPlugins: never[] = [];

const components: Components = {
  a: Link,
  img: Picture,
  code: Block,
  inlineCode: Inline,
  // Headings of an answer stand below those of the page.
  h1: ({ children }) => <h3>{children}</h3>,
  h2: ({ children }) => <h4>{children}</h4>,
  h3: ({ children }) => <h5>{children}</h5>,
  h4: ({ children }) => <h6>{children}</h6>,
  h5: ({ children }) => <h6>{children}</h6>,
  h6: ({ children }) => <h6>{children}</h6>,
  p: ({ children }) => <p>{children}</p>,
  ul: ({ children }) => <ul>{children}</ul>,
  ol: ({ children, start }) => <ol {...(start === undefined ? {} : { start })}>{children}</ol>,
  li: ({ children }) => <li>{children}</li>,
  // The box of a task; nothing else makes an input.
  input: ({ checked }) => (
    <input type="checkbox" checked={checked === true} disabled aria-label={checked === true ? 'done' : 'to do'} />
  ),
  blockquote: ({ children }) => <blockquote>{children}</blockquote>,
  hr: () => <hr />,
  strong: ({ children }) => <strong>{children}</strong>,
  table: ({ children }) => (
    <div className="markdown-table" tabIndex={0} role="group" aria-label="Table">
      <table>{children}</table>
    </div>
  ),
  thead: ({ children }) => <thead>{children}</thead>,
  tbody: ({ children }) => <tbody>{children}</tbody>,
  tr: ({ children }) => <tr>{children}</tr>,
  th: ({ children }) => <th>{children}</th>,
  td: ({ children }) => <td>{children}</td>,
};

function Link({ href, children }: ComponentProps<'a'> & ExtraProps): ReactNode {
  const { marks, onOpen } = use(Cited);
  const mark = markAt(href, marks);
  if (mark !== undefined) return <CitationChip mark={mark} onOpen={onOpen} />;
  const url = webAddressOf(href);
  if (url === null) return <span>{children}</span>;
  return (
    <a href={url} title={url} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

/** A picture would tell its server who reads this, so it is a link to it. */
function Picture({ src, alt }: ComponentProps<'img'> & ExtraProps): ReactNode {
  const url = webAddressOf(typeof src === 'string' ? src : undefined);
  const name = alt === undefined || alt === '' ? 'image' : alt;
  if (url === null) return <span className="muted">[image: {name}]</span>;
  return (
    <a href={url} title={url} target="_blank" rel="noopener noreferrer nofollow">
      [image: {name}]
    </a>
  );
}

function Inline({ children }: ComponentProps<'code'> & ExtraProps): ReactNode {
  const { marks, onOpen } = use(Cited);
  const mark = typeof children === 'string' ? markOf(children, marks) : undefined;
  return mark === undefined ? <code>{children}</code> : <CitationChip mark={mark} onOpen={onOpen} />;
}

function Block({ className, children }: ComponentProps<'code'> & ExtraProps): ReactNode {
  const isOpen = useIsCodeFenceIncomplete();
  const code = (typeof children === 'string' ? children : '').replace(/\n$/, '');
  const language = /language-([^\s]+)/.exec(className ?? '')?.[1] ?? '';
  return language === 'mermaid' ? (
    <Diagram code={code} isOpen={isOpen} />
  ) : (
    <CodeBlock code={code} language={language} isOpen={isOpen} />
  );
}

/** The address when it is one of a web page; null for scripts, data, files and places of this page. */
function webAddressOf(href: string | undefined): string | null {
  if (href === undefined || !/^https?:\/\//i.test(href)) return null;
  return URL.canParse(href) ? href : null;
}
