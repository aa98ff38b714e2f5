import type { TestResult } from '#verify/test-run.ts';

/**
 * The tests that somebody means with a text: by id, else by name, else by the end of an id after ` > `; a name without its parameters means all
 * of them. A text that fits tests of several names means none.
 */
export function matchTests(results: readonly TestResult[], text: string): TestResult[] {
  const wanted = plain(text);
  if (wanted === '') return [];
  const ways = [
    (result: TestResult) => plain(result.id) === wanted,
    (result: TestResult) => plain(result.name) === wanted,
    (result: TestResult) => plain(result.id).endsWith(` > ${wanted}`),
    (result: TestResult) => withoutParameters(plain(result.id)) === wanted,
    (result: TestResult) => ` > ${withoutParameters(plain(result.id))}`.endsWith(` > ${wanted}`),
    (result: TestResult) => `.${dotted(plain(result.id))}`.endsWith(`.${dotted(wanted)}`),
  ];
  for (const way of ways) {
    const found = results.filter(way);
    const names = new Set(found.map(({ id }) => withoutParameters(plain(id))));
    if (found.length > 0) return names.size === 1 ? found : [];
  }
  return [];
}

/** As runners write a place, `file::Class::test`, and as we do. */
function plain(text: string): string {
  return text.replaceAll('::', ' > ').replaceAll(/\s+/g, ' ').trim();
}

/** As unittest, JUnit and others write a place: `module.Class.test`. */
function dotted(id: string): string {
  return id.replaceAll(' > ', '.');
}

function withoutParameters(id: string): string {
  return id.replace(/(?: #\d+)?$/, '').replace(/\[.*\]$/, '');
}
