import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { errorCodes } from '@yudai/contract';
import { expect, test } from 'vitest';
import { toAnswers } from '#commands/answer-questions.ts';
import { exitCodeOf } from '#exit-codes.ts';
import { runCli } from '#program.ts';
import { createCli } from '#run-command.ts';

test('--help shows the commands, examples, exit codes and variables', async () => {
  const { code, stdout } = await run(['--help']);

  expect(code).toBe(0);
  for (const word of [
    'start',
    'index',
    'search',
    'symbols',
    'graph',
    'pack',
    'ask',
    'sessions',
    'mcp',
    'jobs',
    'projects',
    'login',
    'logout',
    'whoami',
    'keys',
    'members',
    'audit',
    'doctor',
    '130',
    'YUDAI_KEY',
    'YUDAI_URL',
  ]) {
    expect(stdout).toContain(word);
  }
});

test.each([
  'start',
  'index',
  'search',
  'symbols',
  'graph',
  'pack',
  'ask',
  'sessions',
  'mcp',
  'cards',
  'jobs',
  'projects',
  'login',
  'logout',
  'whoami',
  'keys',
  'members',
  'audit',
  'doctor',
])('%s --help shows examples', async (command) => {
  const { code, stdout } = await run([command, '--help']);

  expect(code).toBe(0);
  expect(stdout).toContain('Examples:');
});

test.each([
  ['an unknown command', ['serach', 'x'], 'Did you mean search?'],
  ['an unknown option', ['search', '--colour', 'x'], '--colour'],
  ['a number out of range', ['search', 'x', '--limit', '0'], 'from 1 to 100'],
  ['a word where a number belongs', ['pack', '--budget', 'many'], 'whole number'],
  ['an unknown mode', ['search', 'x', '--mode', 'psychic'], 'ranked'],
  ['what is not a key', ['keys', 'revoke', 'x'], 'not the id of a key'],
  ['what is not an action', ['audit', '--action', 'guess'], 'role.changed'],
  ['what is not a time', ['audit', '--from', 'noon'], '2026-11-21'],
  ['what is not an anchor', ['audit', 'verify', '--anchor', '1:x'], 'seq and hash'],
  ['what is not a job', ['jobs', 'show', 'prj_1'], 'not the id of a job'],
  ['references to nothing', ['symbols', '--references'], 'needs a name'],
])('%s is a usage error that says what to do, on stderr', async (_what, args, said) => {
  const { code, stdout, stderr } = await run(args);

  expect(code).toBe(2);
  expect(stderr).toContain(said);
  expect(stdout).toBe('');
});

test('with --json a failure is the one document on stdout', async () => {
  const { code, stdout, stderr } = await run(['projects', '--json', '--url', 'http://127.0.0.1:9']);

  expect(code).toBe(4);
  expect(JSON.parse(stdout)).toEqual({
    error: { code: 'unavailable', message: expect.stringContaining('does not answer') },
  });
  expect(stderr).toBe('');
});

test('every error code has its exit code, none of them success', () => {
  expect(errorCodes.map(exitCodeOf).every((code) => [1, 2, 3, 4, 130].includes(code))).toBe(true);
});

test('answers on the command line become what the questions ask for', () => {
  const options = ['a', 'b'].map((value) => ({ value, label: value }));
  const questions = [
    { id: 'who', text: 'Who?', kind: 'text' as const },
    { id: 'one', text: 'Which?', kind: 'choice' as const, options },
    { id: 'some', text: 'Which?', kind: 'choices' as const, options },
    { id: 'sure', text: 'Sure?', kind: 'confirm' as const },
  ];

  expect(toAnswers(questions, ['who=me = you', 'one=b', 'some=a, b', 'sure=no'])).toEqual([
    { questionId: 'who', answer: 'me = you' },
    { questionId: 'one', answer: 'b' },
    { questionId: 'some', answer: ['a', 'b'] },
    { questionId: 'sure', answer: false },
  ]);
  expect(() => toAnswers(questions, ['one=c'])).toThrow('one of: a, b');
  expect(() => toAnswers(questions, ['sure=maybe'])).toThrow('yes or no');
  expect(() => toAnswers(questions, ['else=1'])).toThrow('who, one, some, sure');
});

async function run(args: readonly string[]) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const terminal = { stdin, stdout, stderr, env: {}, cwd: '/', signal: new AbortController().signal };
  const code = await runCli(createCli(terminal), args);
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr) };
}
