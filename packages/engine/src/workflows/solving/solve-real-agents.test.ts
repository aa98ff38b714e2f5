import { expect, test } from 'vitest';
import { openRealAgent, realAgents } from '#agent/acp/testing/real-agents.ts';
import { createScriptedModel } from '#agent/testing/scripted-model.ts';
import { planning, testing, typescriptSample as sample } from '#workflows/solving/testing/repositories.ts';
import { openSolve } from '#workflows/solving/testing/solve-here.ts';

for (const real of realAgents) {
  test(`${real.name} itself solves an issue, with records and a verdict as for everybody (H9 H12)`, async (context) => {
    const { installed, relayFor, script, scriptEnd } = await openRealAgent(context, real);
    const fix = `sed -i 's/a + b, 1)/a + b, 0)/' ${sample.fix.path}`;
    script(sample.issue.title, real.shell(fix), real.shell(`rm ${sample.testFile.path}`));
    scriptEnd();
    const here = await openSolve(sample.files, sample.issue);
    const { signal } = new AbortController();

    const end = await here.solve({
      architect: createScriptedModel(...planning(sample)),
      tester: createScriptedModel(...testing(sample)),
      coders: [{ name: real.name, agent: installed, openRelay: (admit) => relayFor({ signal, admit }) }],
    });

    expect(end.outcome).toBe('solved');
    expect(await here.patchOf(end)).toContain('+  return numbers.reduce((a, b) => a + b, 0);');
    expect(here.records.filter(({ stage }) => stage === 'coder').map(({ kind }) => kind)).toContain('edit');
    const last = here.news.findLast((one) => one.what === 'stage' && one.stage.stage === 'coder');
    expect(last).toMatchObject({ stage: { stop: 'submitted', trespasses: [sample.testFile.path] } });
  }, 240_000);
}
