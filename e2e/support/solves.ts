import type { Page } from '@playwright/test';
import type { Id, Issue, Project } from '@yudai/contract';
import type { Client } from '@yudai/contract/client';
import { issueDocument } from '../../packages/contract/src/index.ts';
import type { SampleRepository } from '../../packages/engine/src/workflows/solving/testing/repositories.ts';
import { makeRepository, type Repository } from './repository.ts';
import { connect, expect, indexed } from './test.ts';

/** A stage that works takes seconds; on a busy machine more of them. */
export const patience = { timeout: 240_000 };

/** A small repository with a mistake, connected and read. */
export interface Place {
  readonly repository: Repository;
  readonly project: Project;
}

export async function openSample(client: Client, name: string, files: SampleRepository['files']): Promise<Place> {
  const repository = makeRepository(name, files);
  const project = await indexed(client, await connect(client, repository));
  return { repository, project };
}

/** An issue of a sample, under another title where one is given. */
export async function writeIssue(
  client: Client,
  projectId: Id<'project'>,
  { issue }: Pick<SampleRepository, 'issue'>,
  title = issue.title,
): Promise<Issue> {
  const criteria = issue.criteria.map(({ id, text }) => ({ id, text, check: null }));
  return client.issues.create({ projectId, document: issueDocument.parse({ title, problem: issue.body, criteria }) });
}

/** Opens the dialog that starts a solve of an issue. */
export async function openStart(page: Page, { projectId, id }: Pick<Issue, 'projectId' | 'id'>) {
  await page.goto(`/projects/${projectId}/issues/${id}`);
  await page.getByRole('button', { name: 'Solve…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Solve the issue' });
  await expect(dialog.getByRole('button', { name: 'Solve it' })).toBeEnabled(patience);
  return dialog;
}

/** Where a solve says how it ended, and with which word. */
export async function expectEnd(page: Page, word: string): Promise<void> {
  const end = page.getByRole('region', { name: 'How it ended' });
  await expect(end.getByText(word, { exact: true })).toBeVisible(patience);
}
