import { Button } from '@mantine/core';
import type { ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode, Ref } from 'react';

type Props = ButtonProps &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps> & { ref?: Ref<HTMLAnchorElement> };

/** A button that is an address: `<LinkButton {...links.jobs()}>`. */
export const LinkButton = createLink(AnchorButton);

function AnchorButton(props: Props): ReactNode {
  return <Button component="a" {...props} />;
}
