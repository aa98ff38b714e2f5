import type { AnyContractProcedure } from '@orpc/contract';
import { contract } from '@yudai/contract';
import fc from 'fast-check';
import { z } from 'zod';
import { hostileText, junk, strangeId } from './hostile.ts';

/** A request to one operation, as text: what a client would send. The URL starts with `/api`. */
export interface FuzzRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string;
}

export interface Operation {
  readonly name: string;
  readonly procedure: AnyContractProcedure;
}

/** Every operation of the contract. */
export const operations: readonly Operation[] = Object.entries(contract).flatMap(([feature, procedures]) =>
  Object.entries(procedures).map(([name, procedure]) => ({ name: `${feature}.${name}`, procedure })),
);

/** Requests that nearly fit, do not fit, or are no requests at all. */
export function malformedRequests(procedure: AnyContractProcedure, numRuns: number, seed: number): FuzzRequest[] {
  const fields = fieldsOf(procedure, (property) => withJunk(near(property)));
  const input = fc.oneof(
    { weight: 5, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    { weight: 2, arbitrary: fc.dictionary(fc.oneof(fc.constantFrom(...Object.keys(fields), 'x'), hostileText), junk) },
    { weight: 1, arbitrary: junk },
  );
  const request = fc
    .record({
      method: mostly(
        fc.constant(methodOf(procedure)),
        fc.constantFrom<FuzzRequest['method'][]>('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
      ),
      parameters: fc.array(fc.oneof({ weight: 3, arbitrary: strangeId }, { weight: 1, arbitrary: hostileText }), {
        minLength: 3,
        maxLength: 3,
      }),
      input,
      type: mostly(
        fc.constant('application/json'),
        fc.constantFrom('text/plain', 'application/json; charset=latin1', 'multipart/form-data; boundary=x', 'x'),
      ),
      broken: mostly(fc.constant(''), fc.constantFrom('}', '\u0000', '{"a":', '\uFEFF')),
    })
    .map(({ method, parameters, input: given, type, broken }) =>
      toRequest({ path: fill(pathOf(procedure), parameters), method, input: given, type, broken }),
    );
  return fc.sample(request, { numRuns, seed });
}

/** What a valid request may speak of: real ids and paths, so that chains of requests meet what earlier ones made. */
export interface Known {
  /** Values by the name of the field, of which some are taken. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** One request that the schema of the operation accepts. Undefined when none was found, which a caller should count. */
export function validRequest(procedure: AnyContractProcedure, known: Known, seed: number): FuzzRequest | undefined {
  const schema = procedure['~orpc'].inputSchema;
  if (!(schema instanceof z.ZodType)) return undefined;
  const fields = fieldsOf(procedure, (property, name) => {
    const values = valuesOf(known, name, typeof property === 'object' ? property.pattern : undefined);
    return values.length === 0 ? near(property) : mostly(fc.constantFrom(...values), near(property));
  });
  // A cursor is what a page before has given, never made up.
  if ((known.values['cursor'] ?? []).length === 0) delete fields['cursor'];
  const { required = [] } = jsonSchemaOf(procedure);
  const arbitrary = fc.record(fields, { requiredKeys: required.filter((name) => name in fields) });
  const firstValid = (numRuns: number) =>
    fc.sample(arbitrary, { numRuns, seed }).find((candidate) => schema.safeParse(candidate).success);
  // Most are soon found; what a refinement asks for takes more luck.
  const input = firstValid(10) ?? firstValid(400);
  if (input === undefined) return undefined;
  const names = [...pathOf(procedure).matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const path = fill(
    pathOf(procedure),
    names.map((name) => String(input[name])),
  );
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !names.includes(name)));
  return toRequest({ path, method: methodOf(procedure), input: rest, type: 'application/json', broken: '' });
}

/** Those known under the name of a field that fit it; for an id that goes by another name there, every known id of its kind. */
function valuesOf(known: Known, name: string, pattern: string | undefined): readonly string[] {
  if (pattern === undefined) return known.values[name] ?? [];
  const fitting = (values: readonly string[]) => values.filter((value) => new RegExp(pattern, 'u').test(value));
  const named = fitting(known.values[name] ?? []);
  const isId = /^\^[a-z]{3}_/.test(pattern);
  return named.length === 0 && isId ? fitting(known.values['id'] ?? []) : named;
}

function methodOf(procedure: AnyContractProcedure): FuzzRequest['method'] {
  const { method = 'POST' } = procedure['~orpc'].route;
  return method === 'HEAD' ? 'GET' : method;
}

function pathOf(procedure: AnyContractProcedure): string {
  return procedure['~orpc'].route.path ?? '/';
}

function fill(path: string, parameters: readonly string[]): string {
  let next = 0;
  return path.replace(/\{\w+\}/g, () => encodeURIComponent((parameters[next++] ?? '').toWellFormed()));
}

function toRequest(made: {
  path: string;
  method: FuzzRequest['method'];
  input: unknown;
  type: string;
  broken: string;
}): FuzzRequest {
  const { path, method, input, type, broken } = made;
  if (method === 'GET') return { method, url: `/api${path}${toQuery(input)}`, headers: { host: 'localhost' } };
  const payload = `${broken}${JSON.stringify(input) ?? ''}`;
  return { method, url: `/api${path}`, headers: { host: 'localhost', 'content-type': type }, payload };
}

function mostly<T>(usual: fc.Arbitrary<T>, sometimes: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: sometimes });
}

function withJunk(usual: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 3, arbitrary: usual }, { weight: 1, arbitrary: junk });
}

function jsonSchemaOf(procedure: AnyContractProcedure): z.core.JSONSchema.BaseSchema {
  const schema = procedure['~orpc'].inputSchema;
  return schema instanceof z.ZodType ? z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) : {};
}

function fieldsOf(
  procedure: AnyContractProcedure,
  field: (property: z.core.JSONSchema._JSONSchema, name: string) => fc.Arbitrary<unknown>,
): Record<string, fc.Arbitrary<unknown>> {
  const properties = Object.entries(jsonSchemaOf(procedure).properties ?? {});
  return Object.fromEntries(properties.map(([name, property]) => [name, field(property, name)]));
}

/** What a field's schema nearly wants: numbers one past their ends, texts that look right and are not. */
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
  return fc.oneof(strangeId, hostileText, fc.constantFrom('main', 'src/index.ts', 'a', 'budget'));
}

function toQuery(input: unknown): string {
  if (typeof input !== 'object' || input === null) return `?${encodeURIComponent(String(input).toWellFormed())}`;
  const pairs = Object.entries(input).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return `?${pairs.map(([key, value]) => `${encodeURIComponent((key ?? '').toWellFormed())}=${encodeURIComponent((value ?? '').toWellFormed())}`).join('&')}`;
}
