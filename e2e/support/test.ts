import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page, test as base } from '@playwright/test';
import type { Project } from '@yudai/contract';
import { type Client, createClient } from '@yudai/contract/client';
import { localUrl } from './addresses.ts';
import { makeRepository, type Repository, shop } from './repository.ts';

interface Fixtures {
  /** Console lines that a test expects, such as the 422 of a wrong input. Everything else fails it. */
  expectedErrors: RegExp[];
  /** Fails the test on errors of a page: exceptions, console errors, violations of the content security policy. */
  quiet: void;
  /** Makes a repository. After the test, however it ended, it is gone with its project, so that a second go finds what the first did. */
  newRepository: typeof makeRepository;
}

interface WorkerFixtures {
  client: Client;
  /** A small repository that is connected and indexed. */
  demo: { readonly repository: Repository; readonly project: Project };
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  expectedErrors: [[], { option: true }],
  quiet: [
    async ({ page, expectedErrors }, use) => {
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      await use();
      const unexpected = errors.filter((text) => !expectedErrors.some((pattern) => pattern.test(text)));
      expect(unexpected, 'errors of the page').toEqual([]);
    },
    { auto: true },
  ],
  newRepository: async ({ context, client }, use) => {
    const made: Repository[] = [];
    await use((name, files) => {
      const repository = makeRepository(name, files);
      made.push(repository);
      return repository;
    });
    // A page that still shows a project asks for it, and is told that it is gone.
    await Promise.all(context.pages().map((page) => page.close()));
    const folders = new Set(made.map(({ folder }) => folder));
    for (const { id, source } of (await client.projects.list({})).items) {
      if (source.kind === 'folder' && folders.has(source.path)) await client.projects.delete({ id });
    }
    for (const repository of made) repository.remove();
  },
  // Playwright wants a pattern here, although nothing is taken from it.
  // oxlint-disable-next-line no-empty-pattern
  client: [async ({}, use) => use(createClient({ url: localUrl })), { scope: 'worker' }],
  demo: [
    async ({ client }, use) => {
      const repository = makeRepository('shop', shop);
      const project = await connect(client, repository);
      await use({ repository, project: await indexed(client, project) });
      await client.projects.delete({ id: project.id });
      repository.remove();
    },
    { scope: 'worker' },
  ],
});

export { expect } from '@playwright/test';

export async function connect(client: Client, { folder }: Repository): Promise<Project> {
  const { project } = await client.projects.connect({ source: { kind: 'folder', path: folder } });
  return project;
}

/** The project, once nothing works on it any more and it is indexed. */
export async function indexed(client: Client, { id }: Project): Promise<Project> {
  await expect
    .poll(
      async () => {
        const { activeJobId, commit } = await client.projects.get({ id });
        return activeJobId === null && commit !== null;
      },
      { timeout: 120_000 },
    )
    .toBe(true);
  return client.projects.get({ id });
}

/**
 * WCAG 2.2 A and AA, shadow roots included. One exception, in a third-party part: Mantine's menu starts with an element that takes
 * the first focus, which axe counts as a child that a menu must not have.
 */
export async function expectAccessible(page: Page): Promise<void> {
  await expectNone(page, { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
}

/** The one rule of them that another theme can break. */
export async function expectReadable(page: Page): Promise<void> {
  await expectNone(page, { type: 'rule', values: ['color-contrast'] });
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe says of an element, as far as it is told. */
interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/**
 * Axe is brought into a page once, and only violations come back: with its own library for Playwright, which brings it anew for each look and
 * takes back all results, a look costs twice as much. Our pages have no frames.
 */
async function expectNone(page: Page, runOnly: { readonly type: 'tag' | 'rule'; readonly values: readonly string[] }) {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axeSource);
  const options = JSON.stringify({ runOnly, resultTypes: ['violations'] });
  const violations = await page.evaluate<readonly Violation[]>(
    `axe.run(document, ${options}).then(({ violations }) => violations)`,
  );
  const found = violations.flatMap(({ id, nodes }) =>
    nodes
      .filter(({ html }) => !(id === 'aria-required-children' && html.includes('data-menu-dropdown')))
      .map(({ html, failureSummary = '' }) => `${id}: ${html} ${failureSummary}`),
  );
  expect(found).toEqual([]);
}

/** The page is not wider than its window. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const excess = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(excess).toBe(0);
}
