import { type Project, type Role, sourceFile } from '@yudai/contract';
import { expect, test } from 'vitest';
import { IndexBanner } from '#features/codebase/index-banner.tsx';
import { ProjectHeader } from '#features/codebase/project-header.tsx';
import { CategoryMenu } from '#features/codebase/viewer/category-menu.tsx';
import { authStatusQuery } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { render } from '#testing/render.tsx';
import { jobOf, projectAs, signedIn, somebodyElse } from '#testing/samples.ts';

const job = jobOf(somebodyElse);
const file = sourceFile.parse({
  path: 'a.test.ts',
  blob: 'b'.repeat(40),
  size: 10,
  tokens: 3,
  lines: 1,
  language: 'typescript',
  category: 'test',
  ownCategory: 'test',
  mime: 'text/plain',
  skipped: null,
  text: 'export {};',
  reason: null,
  outline: [],
});

/** What stands above the code of a project, and the category of a file in it. */
function show(project: Project) {
  const parts = (
    <>
      <ProjectHeader project={project} />
      <IndexBanner project={project} />
      <CategoryMenu projectId={project.id} file={file} />
    </>
  );
  return render(parts, (queries) => {
    queries.setQueryData(authStatusQuery.queryKey, signedIn());
    queries.setQueryData(api.projects.get.queryKey({ input: { id: project.id } }), project);
    queries.setQueryData(api.jobs.get.queryKey({ input: { id: job.id } }), { ...job, steps: [] });
  });
}

test.each<[role: Role, index: boolean, correct: boolean, cancel: boolean]>([
  ['owner', true, true, true],
  ['admin', true, true, true],
  ['maintainer', true, true, true],
  ['member', true, true, false],
  ['viewer', false, false, false],
])(
  'a %s is offered: to index %s, to correct a category %s, to stop a job of another %s (B10)',
  async (role, index, correct, cancel) => {
    const still = await show(projectAs(role));
    const busy = await show(projectAs(role, { activeJobId: job.id }));

    expect(still.buttons().includes('Index again')).toBe(index);
    expect(still.buttons().includes('Branch or tag: main. Change')).toBe(index);
    expect(still.buttons().includes('Category: test. Change')).toBe(correct);
    expect(busy.buttons().includes('Cancel')).toBe(cancel);
  },
);

test('a viewer still reads the branch and the category', async () => {
  const { text } = await show(projectAs('viewer'));

  expect(text()).toContain('Branch or tag: main');
  expect(text()).toContain('Category: test');
});
