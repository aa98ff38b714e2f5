import { Button, useComputedColorScheme } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Workflow } from 'lucide-react';
import { useId } from 'react';
import type { ReactNode } from 'react';
import { CodeBlock } from '#features/chat/markdown/code-block.tsx';
import { drawDiagram } from '#features/chat/markdown/draw-diagram.ts';

/** A diagram as its text, drawn when somebody asks for it. */
export function Diagram(props: { code: string; isOpen: boolean }): ReactNode {
  const { code, isOpen } = props;
  const id = useId();
  const scheme = useComputedColorScheme('dark');
  const draw = useMutation({ mutationFn: () => drawDiagram(`diagram${id.replace(/\W/g, '')}`, code, scheme) });
  return (
    <>
      <CodeBlock code={code} language="mermaid" isOpen={isOpen}>
        {!isOpen && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            leftSection={<Workflow size={12} />}
            loading={draw.isPending}
            onClick={() => draw.mutate()}
          >
            Draw
          </Button>
        )}
      </CodeBlock>
      {draw.isError && (
        <p className="error-line" role="alert">
          This diagram cannot be drawn: {draw.error.message.slice(0, 300)}
        </p>
      )}
      {draw.isSuccess && <img className="diagram" src={draw.data} alt="The diagram that the text above describes" />}
    </>
  );
}
