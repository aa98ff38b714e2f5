import { ActionIcon, CopyButton as MantineCopyButton } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { Tip } from '#ui/tip.tsx';

export function CopyButton(props: { value: string; label: string }): ReactNode {
  return (
    <MantineCopyButton value={props.value} timeout={1500}>
      {({ copied, copy }) => (
        <Tip label={copied ? 'Copied' : props.label}>
          <ActionIcon aria-label={copied ? 'Copied' : props.label} onClick={copy}>
            {copied ? <Check size={14} /> : <Copy size={14} />}
          </ActionIcon>
        </Tip>
      )}
    </MantineCopyButton>
  );
}
