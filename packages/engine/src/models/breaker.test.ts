import { expect, test } from 'vitest';
import { createBreaker } from './breaker.ts';

function breakerAt(start = 0) {
  let now = start;
  const breaker = createBreaker(() => now);
  const fail = (times: number) => {
    for (let i = 0; i < times; i += 1) breaker.enter()?.failed();
  };
  return { breaker, fail, pass: (ms: number) => (now += ms) };
}

test('five outages in a row give a model a rest of a minute (I11)', () => {
  const { breaker, fail, pass } = breakerAt();

  fail(4);
  expect(breaker.state().state).toBe('ready');
  fail(1);

  expect(breaker.state()).toEqual({ state: 'resting', restsUntil: 60_000 });
  pass(59_999);
  expect(breaker.enter()).toBeNull();
  pass(1);
  expect(breaker.state().state).toBe('probing');
});

test('a success between outages begins the count anew (I11)', () => {
  const { breaker, fail } = breakerAt();

  fail(4);
  breaker.enter()?.succeeded();
  fail(4);

  expect(breaker.state().state).toBe('ready');
});

test('after the rest two probes are let through, and both have to succeed (I11)', () => {
  const { breaker, fail, pass } = breakerAt();
  fail(5);
  pass(60_000);

  const [first, second, third] = [breaker.enter(), breaker.enter(), breaker.enter()];
  first?.succeeded();

  expect(third).toBeNull();
  expect(breaker.state().state).toBe('probing');
  second?.succeeded();
  expect(breaker.state().state).toBe('ready');
});

test('a probe that fails begins the rest anew, and the other probe no longer counts (I11)', () => {
  const { breaker, fail, pass } = breakerAt();
  fail(5);
  pass(60_000);
  const [first, second] = [breaker.enter(), breaker.enter()];

  first?.failed();
  second?.succeeded();

  expect(breaker.state()).toEqual({ state: 'resting', restsUntil: 120_000 });
});

test('a probe whose caller goes away makes room for another (I11)', () => {
  const { breaker, fail, pass } = breakerAt();
  fail(5);
  pass(60_000);

  breaker.enter()?.dropped();

  expect(breaker.enter()).not.toBeNull();
  expect(breaker.enter()).not.toBeNull();
  expect(breaker.enter()).toBeNull();
});

test('what is at fault in the request itself is no outage (I11)', () => {
  const { breaker } = breakerAt();

  for (let i = 0; i < 20; i += 1) breaker.enter()?.dropped();

  expect(breaker.state().state).toBe('ready');
});
