import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterContextProvider,
} from '@tanstack/react-router';
import { act } from 'react';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { onTestFinished } from 'vitest';

export interface Rendered {
  /** Names of the buttons that can be pressed or opened, in order. */
  buttons(): string[];
  /** How many fields can be filled in. */
  fields(): number;
  /** Everything that is written there. */
  text(): string;
}

/**
 * Draws a part of a screen, with what the API would answer put into the cache by `know`; nothing is asked over the network.
 * The part is taken away when the test ends.
 */
export async function render(part: ReactNode, know: (queries: QueryClient) => void): Promise<Rendered> {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  // Fields that grow with their text wait for fonts, which happy-dom has none of.
  if (!('fonts' in document)) Object.defineProperty(document, 'fonts', { value: new EventTarget() });
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
  know(queries);
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  onTestFinished(async () => {
    await act(async () => root.unmount());
    place.remove();
  });
  await act(async () =>
    root.render(
      <MantineProvider env="test">
        <QueryClientProvider client={queries}>
          <RouterContextProvider router={emptyRouter()}>{part}</RouterContextProvider>
        </QueryClientProvider>
      </MantineProvider>,
    ),
  );
  return {
    buttons: () =>
      [...place.querySelectorAll('button')]
        .filter((button) => !button.disabled)
        .map((button) => button.getAttribute('aria-label') ?? button.textContent),
    fields: () => place.querySelectorAll('input, textarea').length,
    text: () => place.textContent,
  };
}

/** Links need a router to know their address from; nobody follows them here. */
function emptyRouter() {
  const root = createRootRoute();
  const anywhere = createRoute({ getParentRoute: () => root, path: '$' });
  return createRouter({ routeTree: root.addChildren([anywhere]), history: createMemoryHistory() });
}
