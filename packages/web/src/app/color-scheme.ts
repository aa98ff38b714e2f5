import { localStorageColorSchemeManager } from '@mantine/core';

/** The same key that `public/theme.js` reads before the first paint. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'yudai.color-scheme' });
