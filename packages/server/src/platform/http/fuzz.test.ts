import type { AnyContractProcedure } from '@orpc/contract';
import { contract, errorBody, idPrefixes } from '@yudai/contract';
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startTestApp, type TestApp } from '#testing/start-test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const operations = Object.entries(contract).flatMap(([feature, procedures]) =>
  Object.entries(procedures).map(([name, procedure]) => ({ name: `${feature}.${name}`, procedure })),
);
const requestsPerOperation = 100;

test('the contract is really walked: at least 2,000 malformed requests', () => {
  expect(operations.length * requestsPerOperation).toBeGreaterThanOrEqual(2000);
});

test.each(operations)(
  '$name: no malformed request breaks the door or makes it tell what is inside (R10 S12 S20)',
  async ({ procedure }) => {
    const requests = fc.sample(requestTo(procedure), { numRuns: requestsPerOperation, seed: 20_261_121 });

    const wrong: unknown[] = [];
    for (const request of requests) {
      const response = await app.app.http.inject(request);
      const answered = response.statusCode < 400 || errorBody.safeParse(parse(response.body)).success;
      if (response.statusCode >= 500 || !answered || leaks.test(response.body)) {
        wrong.push({ request, status: response.statusCode, body: response.body.slice(0, 500) });
      }
    }

    expect(wrong).toEqual([]);
  },
);

/** Stacks, SQL, paths of the server, words of drivers. */
const leaks =
  /\bat \S+ \(|\.(?:ts|mjs|js):\d+:|node_modules|\bselect\b.+\bfrom\b|\binsert into\b|violates|\bsyntax error at\b|ENOENT|EACCES|ECONN|\/home\/|\/root\/|drizzle|zod/i;

function requestTo(procedure: AnyContractProcedure): fc.Arbitrary<InjectOptions> {
  const { method = 'POST', path = '/' } = procedure['~orpc'].route;
  const fields = fieldsOf(procedure);
  const input = fc.oneof(
    { weight: 5, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    { weight: 2, arbitrary: fc.dictionary(fc.oneof(fc.constantFrom(...Object.keys(fields), 'x'), hostileText), junk) },
    { weight: 1, arbitrary: junk },
  );
  return fc
    .record({
      method: fc.oneof(
        { weight: 9, arbitrary: fc.constant(method) },
        { weight: 1, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH') },
      ),
      parameters: fc.array(fc.oneof({ weight: 3, arbitrary: someId }, { weight: 1, arbitrary: hostileText }), {
        minLength: 3,
        maxLength: 3,
      }),
      input,
      type: fc.oneof(
        { weight: 8, arbitrary: fc.constant('application/json') },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            'text/plain',
            'application/json; charset=latin1',
            'multipart/form-data; boundary=x',
            'x',
          ),
        },
      ),
      broken: fc.oneof(
        { weight: 9, arbitrary: fc.constant('') },
        { weight: 1, arbitrary: fc.constantFrom('}', '\u0000', '{"a":', '\uFEFF') },
      ),
    })
    .map(({ method: verb, parameters, input: given, type, broken }) => {
      let next = 0;
      const filled = path.replace(/\{\w+\}/g, () => encodeURIComponent((parameters[next++] ?? '').toWellFormed()));
      const text = JSON.stringify(given) ?? '';
      const isRead = verb === 'GET';
      return {
        method: verb as 'GET',
        url: `/api${filled}${isRead ? toQuery(given) : ''}`,
        headers: { host: 'localhost', ...(isRead ? {} : { 'content-type': type }) },
        ...(isRead ? {} : { payload: `${broken}${text}` }),
      };
    });
}

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '../../etc/passwd',
    '..%2f..',
    "' or 1=1 --",
    '"; drop table users; --',
    '\u0000',
    '\r\nx-evil: 1',
    '--upload-pack=touch x',
    'ext::sh -c id',
    '<script>alert(1)</script>',
    '${7*7}',
    '(a+)+$',
    'x'.repeat(5000),
    '-1',
    '1e309',
    'NaN',
    '9'.repeat(40),
    'file:///etc/passwd',
    'http://169.254.169.254/',
    '\uD800',
    '%',
    '٣',
    '[object Object]',
  ),
);
const junk = fc.oneof(
  hostileText,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(hostileText, { maxLength: 3 }),
  fc.jsonValue({ maxDepth: 5 }),
);
const someId = fc.constantFrom(...Object.values(idPrefixes)).map((prefix) => `${prefix}_${'0'.repeat(26)}`);

/** Per field of the input: what its schema nearly wants, or anything. */
function fieldsOf(procedure: AnyContractProcedure): Record<string, fc.Arbitrary<unknown>> {
  const schema = procedure['~orpc'].inputSchema;
  const described: z.core.JSONSchema.BaseSchema =
    schema instanceof z.ZodType ? z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) : {};
  return Object.fromEntries(
    Object.entries(described.properties ?? {}).map(([name, property]) => [
      name,
      fc.oneof({ weight: 3, arbitrary: near(property) }, { weight: 1, arbitrary: junk }),
    ]),
  );
}

function near(schema: z.core.JSONSchema._JSONSchema): fc.Arbitrary<unknown> {
  if (typeof schema === 'boolean') return junk;
  if (schema.enum !== undefined) return fc.constantFrom<unknown>(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return fc.oneof(...options.map(near));
  switch (schema.type) {
    case 'integer':
    case 'number':
      return fc.integer({ min: (schema.minimum ?? 0) - 1, max: Math.min(schema.maximum ?? 100, 1_000_000) + 1 });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(schema.items === undefined || Array.isArray(schema.items) ? junk : near(schema.items), {
        maxLength: 3,
      });
    case 'object':
      return fc.record(
        Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, value]) => [key, near(value)])),
      );
    case 'null':
      return fc.constant(null);
    case 'string':
    case undefined:
      break;
  }
  return fc.oneof(someId, hostileText, fc.constantFrom('main', 'src/index.ts', 'a'));
}

function toQuery(input: unknown): string {
  if (typeof input !== 'object' || input === null) return `?${encodeURIComponent(String(input).toWellFormed())}`;
  const pairs = Object.entries(input).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return `?${pairs.map(([key, value]) => `${encodeURIComponent((key ?? '').toWellFormed())}=${encodeURIComponent((value ?? '').toWellFormed())}`).join('&')}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller sees that it is no error body.
    return undefined;
  }
}
