import { createCodePlugin } from '@streamdown/code';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { CopyButton } from '#ui/copy-button.tsx';

const themes: ['github-light-high-contrast', 'github-dark-default'] = [
  'github-light-high-contrast',
  'github-dark-default',
];
const highlighter = createCodePlugin({ themes });
type Highlighted = NonNullable<ReturnType<typeof highlighter.highlight>>;
type Language = Parameters<typeof highlighter.supportsLanguage>[0];

/** Longer code is shown without colours. */
const mostColoured = 60_000;

/** Code of an answer, coloured once its grammar is there. */
export function CodeBlock(props: { code: string; language: string; isOpen: boolean; children?: ReactNode }): ReactNode {
  const { code, language, isOpen } = props;
  const found = useHighlighted(code, language, isOpen);
  return (
    <figure className="code-block">
      <figcaption>
        <span className="mono muted grow truncate">{language === '' ? 'text' : language}</span>
        {props.children}
        <CopyButton value={code} label="Copy the code" />
      </figcaption>
      <pre tabIndex={0} role="group" aria-label={`Code${language === '' ? '' : ` in ${language}`}`}>
        <code>{found === null ? code : <Tokens lines={found.tokens} />}</code>
      </pre>
    </figure>
  );
}

function Tokens(props: { lines: Highlighted['tokens'] }): ReactNode {
  return props.lines.map((line, number) => (
    <span key={number}>
      {line.map((token, place) => (
        <span key={place} style={token.htmlStyle}>
          {token.content}
        </span>
      ))}
      {'\n'}
    </span>
  ));
}

/** The colours of this code; null until they are known, and where there are none. */
function useHighlighted(code: string, name: string, isOpen: boolean): Highlighted | null {
  const [found, setFound] = useState<{ code: string; result: Highlighted } | null>(null);
  const language = languageOf(name);
  useEffect(() => {
    if (language === null || code.length > mostColoured) return;
    let isShown = true;
    const take = (result: Highlighted) => {
      if (isShown) setFound({ code, result });
    };
    const known = highlighter.highlight({ code, language, themes, isIncomplete: isOpen }, take);
    if (known !== null) take(known);
    return () => {
      isShown = false;
    };
  }, [code, language, isOpen]);
  return found?.code === code ? found.result : null;
}

function languageOf(name: string): Language | null {
  const language = highlighter.getSupportedLanguages().find((known) => known === name);
  if (language !== undefined) return language;
  // Aliases such as `ts` are no languages by themselves, but the highlighter knows them.
  return isLanguage(name) ? name : null;
}

function isLanguage(name: string): name is Language {
  const asked: string = name;
  return /^[\w+#-]{1,30}$/.test(asked) && aliases.has(asked);
}

const aliases = new Set([
  'ts',
  'js',
  'jsx',
  'tsx',
  'py',
  'rb',
  'rs',
  'sh',
  'zsh',
  'shell',
  'yml',
  'md',
  'cs',
  'kt',
  'ps1',
  'dockerfile',
  'c++',
  'c#',
]);
