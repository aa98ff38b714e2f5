import { beforeEach, expect, test } from 'vitest';
import { createScriptedModel, createSteadyModel } from '#agent/testing/scripted-model.ts';
import { needBoxes } from '#sandbox/testing/boxes.ts';
import { emptySolveState, type SolveEnd } from '#workflows/solving/index.ts';
import { coding, planning, testing, typescriptSample as sample } from '#workflows/solving/testing/repositories.ts';
import { Crash, openSolve } from '#workflows/solving/testing/solve-here.ts';

beforeEach(needBoxes);

test('after a crash no finished step is done again, and the same comes of it (J9)', async () => {
  const models = () => ({
    architect: createSteadyModel(...planning(sample)),
    tester: createSteadyModel(...testing(sample)),
    coders: [createSteadyModel(...coding(sample))],
  });
  const whole = await openSolve(sample.files, sample.issue);
  const end = await whole.solve(models());
  const here = await openSolve(sample.files, sample.issue);
  const used = models();

  let again: SolveEnd | null = null;
  let crashes = 0;
  while (again === null) {
    // The process ends while it keeps the fourth step from here on: what that step did is half known.
    again = await here.solve({ ...used, crashAfter: 3 }).catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
      crashes += 1;
      return null;
    });
  }

  expect(again.outcome).toBe('solved');
  expect(again.state.attempts[0]?.tree).toBe(end.state.attempts[0]?.tree);
  expect([...here.steps.keys()]).toEqual([...whole.steps.keys()]);
  expect(here.records.map(({ id }) => id).toSorted()).toEqual(whole.records.map(({ id }) => id).toSorted());
  // Asked again was only what had been asked when the process ended.
  const calls = [...here.steps.keys()].filter((name) => name.includes(':model:')).length;
  const asked = [used.architect, used.tester, ...used.coders].reduce((sum, { prompts }) => sum + prompts.length, 0);
  expect(crashes).toBeGreaterThan(3);
  expect(asked).toBeLessThanOrEqual(calls + crashes);
});

test('a solve goes on from what another one has made: plan, tests and work tree (J7)', async () => {
  const first = await openSolve(sample.files, sample.issue);
  const [read = {}, edit = {}] = coding(sample);
  await expect(
    first.solve({
      architect: createSteadyModel(...planning(sample)),
      tester: createSteadyModel(...testing(sample)),
      coders: [
        createScriptedModel(read, edit, () => {
          throw new Error('The provider is gone.');
        }),
      ],
    }),
  ).rejects.toThrow('The provider is gone.');
  const start = first.states.at(-1) ?? emptySolveState;
  const keys = new Set(first.records.map(({ id }) => id));
  // Another job: what the first one kept of its steps is not there.
  first.steps.clear();
  const coder = createScriptedModel({ tools: [{ name: 'submit_change', input: { summary: 'It was all there.' } }] });

  const end = await first.solve({ coders: [coder], task: { start } });

  expect(end).toMatchObject({ outcome: 'solved' });
  expect(coder.prompts).toHaveLength(1);
  expect(end.state.begun).toMatchObject({ architect: 1, tester: 1, 'coder.1': 2 });
  // The second go has records of its own.
  expect(first.records.filter(({ id }) => id.startsWith('coder.1.2.')).length).toBeGreaterThan(0);
  expect(keys.has('coder.1.2.1.1.tests-1')).toBe(false);
});
