import { Notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';

/** Where toasts appear. One that comes before this chunk has loaded waits in its store. */
export function Toasts(): ReactNode {
  return <Notifications position="bottom-right" autoClose={6000} limit={3} />;
}
