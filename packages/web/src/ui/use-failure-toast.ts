import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { messageOf } from '#lib/error-message.ts';

/** Tells of an action that failed where the screen has no place of its own for it, such as a menu. */
export function useFailureToast(): (error: unknown) => void {
  return useCallback((error) => {
    notifications.show({ title: 'That did not work', message: messageOf(error), color: 'red' });
  }, []);
}
