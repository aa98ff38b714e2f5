import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import { type Json, type JsonObject, isObject, listOf, objectOf, textOf } from './json.ts';

/** GitHub's own description of its REST API, asked whether a message is one that GitHub would take or give. */
export interface Description {
  /** What is wrong with a request, in words; an operation that GitHub does not have is wrong as well. */
  checkRequest(method: string, path: string, query: URLSearchParams, body: Json | undefined): string[];
  checkResponse(method: string, path: string, status: number, body: Json | undefined): string[];
}

interface Operation {
  readonly name: string;
  readonly pattern: RegExp;
  readonly literals: number;
  readonly pointer: JsonObject;
}

/** Where the description contradicts itself: an account there is a person and an enterprise at once. */
const corrections: Readonly<Record<string, JsonObject>> = {
  'GET /app/installations 200': { type: 'array', items: { $ref: '#/components/schemas/installation' } },
};

let loading: Promise<Description> | undefined;

/** Reads the description once per process: it is 13 MB, and every test file of a worker asks the same. */
export function loadDescription(): Promise<Description> {
  loading ??= readDescription();
  return loading;
}

async function readDescription(): Promise<Description> {
  const path = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
  const document = JSON.parse(await readFile(path, 'utf8')) as JsonObject;
  const operations = operationsOf(document);
  const validators = createValidators(document);

  function operationOf(method: string, path: string): Operation | undefined {
    return operations.get(method)?.find(({ pattern }) => pattern.test(path));
  }

  return {
    checkRequest(method, path, query, body) {
      const operation = operationOf(method, path);
      if (operation === undefined) return [`GitHub has no ${method} ${path}`];
      const wrong = [...query].flatMap(([name, value]) => checkParameter(document, operation, name, value));
      const schema = schemaOf(document, operation.pointer['requestBody']);
      if (schema === undefined) return [...wrong, ...(body === undefined ? [] : [`${operation.name} takes no body`])];
      if (body === undefined) return wrong;
      return [...wrong, ...validators.check(`${operation.name} request`, schema, body)];
    },
    checkResponse(method, path, status, body) {
      const operation = operationOf(method, path);
      if (operation === undefined || status >= 500 || status === 304 || status === 401) return [];
      const responses = objectOf(operation.pointer['responses']);
      const response = responses[String(status)];
      // Refusals are described loosely, and not for every status that is given.
      if (response === undefined) return status >= 400 ? [] : [`${operation.name} never answers ${status}`];
      const schema = corrections[`${operation.name} ${status}`] ?? schemaOf(document, response);
      return schema === undefined || body === undefined
        ? []
        : validators.check(`${operation.name} ${status}`, schema, body);
    },
  };
}

function operationsOf(document: JsonObject): Map<string, Operation[]> {
  const found = new Map<string, Operation[]>();
  for (const [template, methods] of Object.entries(objectOf(document['paths']))) {
    // A path parameter is one segment, except those that hold branches and file paths.
    const source = template
      .replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&')
      .replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        ['path', 'ref', 'branch', 'basehead'].includes(name) ? '.+' : '[^/]+',
      );
    for (const [method, pointer] of Object.entries(objectOf(methods))) {
      const operation = {
        name: `${method.toUpperCase()} ${template}`,
        pattern: new RegExp(`^${source}$`),
        literals: template.replaceAll(/\{\w+\}/g, '').length,
        pointer: objectOf(pointer),
      };
      found.set(method.toUpperCase(), [...(found.get(method.toUpperCase()) ?? []), operation]);
    }
  }
  for (const list of found.values()) list.sort((a, b) => b.literals - a.literals);
  return found;
}

function checkParameter(document: JsonObject, operation: Operation, name: string, value: string): string[] {
  const known = listOf(operation.pointer['parameters'])
    .map((parameter) => dereference(document, parameter))
    .find((parameter) => parameter['in'] === 'query' && parameter['name'] === name);
  if (known === undefined) return [`${operation.name} has no query parameter ${name}`];
  const { enum: allowed, type } = objectOf(known['schema']);
  if (listOf(allowed).length > 0 && !listOf(allowed).includes(value)) return [`${operation.name} ${name}=${value}`];
  return type === 'integer' && !/^\d+$/.test(value) ? [`${operation.name} ${name} must be a number`] : [];
}

function schemaOf(document: JsonObject, message: Json | undefined): JsonObject | undefined {
  const content = objectOf(dereference(document, message)['content']);
  const media = objectOf(content['application/json']);
  return isObject(media['schema']) ? media['schema'] : undefined;
}

function dereference(document: JsonObject, value: Json | undefined): JsonObject {
  const object = objectOf(value);
  const reference = textOf(object['$ref']);
  if (reference === '') return object;
  const target = reference
    .slice(2)
    .split('/')
    .reduce<Json | undefined>((at, part) => objectOf(at)[part], document);
  return dereference(document, target);
}

/** Compiles a schema at its first use; the whole description would take minutes. */
function createValidators(document: JsonObject) {
  const compiled = new Map<string, ValidateFunction>();
  const components = toJsonSchema({
    components: { schemas: objectOf(objectOf(document['components'])['schemas']) ?? {} },
  });
  const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: false, logger: false });
  ajv.addSchema(components, 'github');
  return {
    check(name: string, schema: JsonObject, value: Json): string[] {
      const known = compiled.get(name);
      const validate = known ?? ajv.compile(toJsonSchema(withReferences(schema)));
      if (known === undefined) compiled.set(name, validate);
      if (validate(value)) return [];
      return (validate.errors ?? []).map(
        ({ instancePath, message }) => `${name}: ${instancePath} ${message ?? 'is wrong'}`,
      );
    },
  };
}

function withReferences(schema: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"github#/components/')) as JsonObject;
}

/** OpenAPI 3.0 says `nullable`; JSON schema says `null` is one of the types. */
function toJsonSchema(schema: JsonObject): JsonObject {
  const change = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(change);
    if (!isObject(value)) return value;
    const { nullable, example: _example, examples: _examples, ...rest } = value;
    const inner = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, change(item)]));
    if (nullable !== true) return inner;
    if (typeof inner['type'] === 'string') {
      const values = inner['enum'];
      return { ...inner, type: [inner['type'], 'null'], ...(Array.isArray(values) ? { enum: [...values, null] } : {}) };
    }
    return { anyOf: [inner, { type: 'null' }] };
  };
  return objectOf(change(schema));
}
