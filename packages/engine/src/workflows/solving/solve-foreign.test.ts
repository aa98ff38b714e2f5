import type { MessagePart } from '@yudai/contract';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { findAgent } from '#agent/acp/find-agent.ts';
import { installDouble } from '#agent/acp/testing/install-double.ts';
import { createScriptedModel } from '#agent/testing/scripted-model.ts';
import { createModels } from '#models/index.ts';
import { startRawProvider, status } from '#models/testing/start-raw-provider.ts';
import { needBoxes } from '#sandbox/testing/boxes.ts';
import type { ForeignCoder } from '#workflows/solving/index.ts';
import { planning, testing, typescriptSample as sample } from '#workflows/solving/testing/repositories.ts';
import { Crash, openSolve, type SolveHere } from '#workflows/solving/testing/solve-here.ts';

beforeEach(needBoxes);

/** An agent of somebody else whose model says these commands, one each time that it is asked to work. */
async function foreignCoder(...commands: string[]) {
  const answers = commands.map((command) =>
    status(200, {
      choices: [{ message: { content: JSON.stringify({ command }) } }],
      usage: { prompt_tokens: 5, completion_tokens: 1 },
    }),
  );
  const provider = await startRawProvider(...answers);
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const agent = await findAgent(await installDouble(), 'opencode');
  if (agent === null) throw new Error('The double is installed.');
  const one = [{ model: 'compatible/chosen', temperature: null, maxOutputTokens: 1000 }];
  const models = createModels({
    providers: { compatible: { url: provider.url, key: 'sk-of-the-host' } },
    roles: { chat: one, writer: one, architect: one, coder: one, reviewer: one, mentor: one },
  });
  const coder: ForeignCoder = {
    name: 'opencode · compatible/chosen',
    agent,
    openRelay: (admit) => models.relayFor('coder', { signal: new AbortController().signal, admit }),
  };
  return { coder, provider };
}

const fix = `sed -i 's/a + b, 1)/a + b, 0)/' ${sample.fix.path}`;

test('an agent of somebody else writes the code, and what it made is judged like everything else (H9 H12)', async () => {
  const here = await openSolve(sample.files, sample.issue);
  const { coder, provider } = await foreignCoder('true', `rm ${sample.testFile.path}; ${fix}`);

  const end = await here.solve({
    architect: createScriptedModel(...planning(sample)),
    tester: createScriptedModel(...testing(sample)),
    coders: [coder],
  });

  expect(end.outcome).toBe('solved');
  expect(provider.requests[0]).toContain(sample.issue.title);
  // It has tools of its own, and is told of no others.
  expect(provider.requests[0]).not.toMatch(/submit_change|run_tests/);
  expect(provider.requests[1]).toContain('Nothing was changed yet.');
  const last = here.news.findLast((one) => one.what === 'stage' && one.stage.stage === 'coder');
  expect(last).toMatchObject({
    stage: { model: 'opencode · compatible/chosen', steps: 2, stop: 'submitted', trespasses: [sample.testFile.path] },
  });
  expect(await here.patchOf(end)).toContain('+  return numbers.reduce((a, b) => a + b, 0);');
});

test('an agent of somebody else that gets nowhere is told so three times, and then it is unsolved (H4 H9)', async () => {
  const here = await openSolve(sample.files, sample.issue);
  const { coder, provider } = await foreignCoder('true');

  const end = await here.solve({
    architect: createScriptedModel(...planning(sample)),
    tester: createScriptedModel(...testing(sample)),
    coders: [coder],
  });

  expect(end).toMatchObject({ outcome: 'unsolved', reason: expect.stringContaining('Nothing was changed yet.') });
  expect(provider.requests.length).toBe(3);
});

/** What people say, as a server keeps it: what a round has heard it hears again, and nobody else does. */
function people() {
  const notes: { readonly text: string; number: number | null }[] = [];
  let interrupt = new AbortController();
  return {
    say: (text: string) => void notes.push({ text, number: null }),
    interrupt: () => interrupt.abort(),
    ports: {
      interrupted: () => (interrupt = new AbortController()).signal,
      async heard(_key: string, number: number) {
        for (const note of notes) note.number ??= number;
        return notes.filter((note) => note.number === number).map(({ text }) => text);
      },
    },
  };
}

/** Calls this when the agent's first command runs. */
const whenItRuns =
  (then: () => void) =>
  (news: SolveHere['news'][number]): void => {
    if (news.what !== 'transcript' || news.change.type !== 'part') return;
    const { value } = news.change;
    if (value.type === 'tool' && value.state === 'running' && value.summary.includes('first')) then();
  };

test('what people say reaches an agent of somebody else when its turn ends, in the same session (H3 H10)', async () => {
  const here = await openSolve(sample.files, sample.issue);
  const { coder, provider } = await foreignCoder('true first', fix);
  const { say, ports } = people();

  const end = await here.solve({
    architect: createScriptedModel(...planning(sample)),
    tester: createScriptedModel(...testing(sample)),
    coders: [coder],
    ports: { ...ports, tell: whenItRuns(() => say('Begin at 0.')) },
  });

  expect(end.outcome).toBe('solved');
  expect(provider.requests.length).toBe(2);
  // Both of its turns, and nothing of a judgement in between.
  expect(provider.requests[1]).toMatch(/Sums of an empty list.*The person who watches says:.*Begin at 0\./s);
  expect(provider.requests[1]).not.toContain('You have worked on this before');
});

test('somebody who interrupts an agent of somebody else ends its command, and is heard at once (H3 H5)', async () => {
  const here = await openSolve(sample.files, sample.issue);
  const { coder, provider } = await foreignCoder('sleep 1000; echo first', fix);
  const { say, interrupt, ports } = people();
  const parts: MessagePart[] = [];

  const end = await here.solve({
    architect: createScriptedModel(...planning(sample)),
    tester: createScriptedModel(...testing(sample)),
    coders: [coder],
    ports: {
      ...ports,
      tell(news) {
        if (news.what === 'transcript' && news.key === 'coder.1.1' && news.change.type === 'part')
          parts[news.change.part] = news.change.value;
        whenItRuns(() => {
          say('Do not wait.');
          interrupt();
        })(news);
      },
    },
  });

  expect(end.outcome).toBe('solved');
  expect(provider.requests[1]).toContain('Do not wait.');
  expect(parts.slice(0, 3)).toMatchObject([
    { type: 'tool', state: 'failed' },
    { type: 'notice', text: 'Interrupted by a person.' },
    { type: 'notice', text: 'A person says: Do not wait.' },
  ]);
});

test('a round that a crash cut short begins with what was said in it, and where the one before has ended (H3 N12)', async () => {
  const here = await openSolve(sample.files, sample.issue);
  const { say, ports } = people();
  const gone = new AbortController();
  const crashed = here.solve({
    architect: createScriptedModel(...planning(sample)),
    tester: createScriptedModel(...testing(sample)),
    coders: [(await foreignCoder('true', 'true first', 'sleep 1000')).coder],
    ports: {
      ...ports,
      signal: gone.signal,
      tell: whenItRuns(() => say('Begin at 0.')),
      async heard(key, number) {
        const said = await ports.heard(key, number);
        if (said.length > 0) gone.abort(new Crash('It ended.'));
        return said;
      },
    },
  });
  await expect(crashed).rejects.toThrow('It ended.');
  const { coder, provider } = await foreignCoder(fix);
  const places: number[] = [];

  const end = await here.solve({
    coders: [coder],
    ports: {
      ...ports,
      tell(news) {
        if (news.what === 'transcript' && news.change.type === 'part') places.push(news.change.part);
      },
    },
  });

  expect(end.outcome).toBe('solved');
  expect(provider.requests.length).toBe(1);
  expect(provider.requests[0]).toMatch(/Nothing was changed yet.*Begin at 0\./s);
  // Behind the tool, the words and the judgement of the first round.
  expect(Math.min(...places)).toBe(3);
});
