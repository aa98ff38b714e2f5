import { Button, Group } from '@mantine/core';
import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';

interface Props {
  /** Such as `draft pull request`; nothing for an issue. */
  what?: string;
  github: { readonly number: number; readonly repository: string; readonly url: string };
  onClose: () => void;
}

/** Something is on GitHub now, and the way to it. */
export function Published({ what = '', github, onClose }: Props): ReactNode {
  const { number, repository, url } = github;
  return (
    <div role="status">
      <p className="dialog-text">
        It is{what === '' ? '' : ` ${what}`} <strong>#{number}</strong> of {repository} now.
      </p>
      <Group justify="flex-end" mt="md">
        <Button
          variant="default"
          onClick={({ detail }) => {
            // The second click of a double one was meant for the button that stood here.
            if (detail < 2) onClose();
          }}
        >
          Done
        </Button>
        {/^https?:\/\//.test(url) && (
          <Button
            component="a"
            href={url}
            target="_blank"
            rel="noopener noreferrer"
            rightSection={<ExternalLink size={13} aria-hidden="true" />}
          >
            Open #{number} on GitHub
          </Button>
        )}
      </Group>
    </div>
  );
}
