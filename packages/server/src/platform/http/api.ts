import { StandardOpenAPIHandler, StandardOpenAPIMatcher } from '@orpc/openapi/standard';
import type { AnyRouter, Router } from '@orpc/server';
import { experimental_ZodSmartCoercionPlugin as ZodSmartCoercionPlugin } from '@orpc/zod/zod4';
import { type Access, contract, liveRoutes, type ProcedureMeta, type TighterLimit } from '@yudai/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#kernel/app-error.ts';
import { readAccess, requireAccess } from '#platform/http/access.ts';
import { contextOf, type Identify } from '#platform/http/identity.ts';
import { invalidInput } from '#platform/http/error-answer.ts';
import { acceptJsonOnly, findUnwritable } from '#platform/http/json-body.ts';
import { addLargeBodies } from '#platform/http/large-bodies.ts';
import type { DoorContext } from '#platform/http/procedure.ts';
import { withLogFields } from '#platform/log/index.ts';
import type { Telemetry } from '#platform/telemetry/index.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The operation that answers, such as `projects.get`: the `route` of logs and metrics. Unset when there is none. */
    operation: string | undefined;
  }
}

export interface ApiOptions {
  readonly router: AnyRouter;
  readonly identify: Identify;
  readonly requestTimeoutMs: number;
  /** Bytes of a body, where the procedure does not take more. */
  readonly bodyLimit: number;
  readonly telemetry: Telemetry;
}

interface CallContext extends DoorContext {
  /** Path and query hold text only: there, and only there, `5` may mean the number. */
  readonly inputIsText: boolean;
  readonly failedWith: (error: unknown) => void;
}

/** Opens every procedure of the router at its REST path under `/api`. */
export function addApi(app: FastifyInstance, options: ApiOptions): void {
  const { router, identify, requestTimeoutMs, bodyLimit, telemetry } = options;
  const door = openDoor(router);
  const operations = listOperations(router);
  const accesses = readAccess(contract);
  acceptJsonOnly(app);

  const accessOf = (operation: string): Access => {
    const access = accesses.get(operation);
    if (access === undefined) throw new Error(`The procedure ${operation} is not in the contract.`);
    return access;
  };

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const url = urlOf(request);
    refuseOtherMethods(request.method, url.pathname);
    const operation = await operations.find(method, url.pathname);
    request.operation = operation.name;
    request.tighterLimit = operation.limit;
    refuseAmbiguousInput(request, method, url, operation.parameters);
    const ctx = await contextOf(request, reply, identify, requestTimeoutMs);
    requireAccess(ctx, accessOf(operation.name), method);

    let failure: { readonly error: unknown } | undefined;
    const call = () =>
      door.handle(
        { method, url, headers: request.headers, body: async () => request.body, signal: ctx.signal },
        {
          prefix: '/api',
          context: { ctx, inputIsText: method === 'GET', failedWith: (error) => (failure = { error }) },
        },
      );
    const attributes = { 'rpc.method': operation.name, 'request.id': request.id };
    const result = await withLogFields({ requestId: request.id }, () =>
      telemetry.span(operation.name, attributes, () => orAborted(call(), ctx.signal)),
    );
    if (failure !== undefined) throw failure.error;
    if (!result.matched) throw new AppError('not_found', 'There is nothing at this path.');
    return reply.status(result.response.status).header('cache-control', 'no-store').send(result.response.body);
  }

  app.all('/*', answer);
  addLargeBodies(app, {
    router: contract,
    bodyLimit,
    handler: answer,
    admit: async (request, reply, operation) => {
      requireAccess(await contextOf(request, reply, identify), accessOf(operation), request.method);
    },
  });
}

/** What the work comes to, or the signal's reason when that is first: work that does not listen must not hold up an answer. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function openDoor(router: AnyRouter): StandardOpenAPIHandler<CallContext> {
  const coerce = coercion();
  // The router was built by `implement`, whose procedures take the context that this door gives.
  return new StandardOpenAPIHandler<CallContext>(router as Router<Record<never, never>, CallContext>, {
    interceptors: [
      async (call) => {
        try {
          return await call.next();
        } catch (error) {
          // The answer is made by the host's error handler, which all other failures reach as well.
          call.context.failedWith(error);
          throw error;
        }
      },
    ],
    clientInterceptors: [(call) => (call.context.inputIsText ? coerce(call) : call.next())],
  });
}

/** The plugin's interceptor by itself, so that JSON bodies keep their types: `"5"` in a body is a string. */
function coercion() {
  const options: Parameters<ZodSmartCoercionPlugin<CallContext>['init']>[0] = {};
  new ZodSmartCoercionPlugin<CallContext>().init(options);
  const [interceptor] = options.clientInterceptors ?? [];
  if (interceptor === undefined) throw new Error('The coercion plugin registers no interceptor any more.');
  return interceptor;
}

interface Operation {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly limit: TighterLimit | undefined;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

function listOperations(router: AnyRouter) {
  const matcher = new StandardOpenAPIMatcher();
  matcher.init(router);
  return {
    /** Throws `not_found` for an unknown path, `method_not_allowed` with the allowed ones for a known one. */
    async find(method: string, pathname: string): Promise<Operation> {
      const path: `/${string}` = `/${pathname.replace(/^\/api\/?|\/$/g, '')}`;
      const match = await matcher.match(method, path);
      if (match !== undefined) {
        // The contract's procedures carry its own metadata.
        const meta = match.procedure['~orpc'].meta as ProcedureMeta;
        return { name: match.path.join('.'), parameters: Object.keys(match.params ?? {}), limit: meta.limit };
      }
      const allowed = [];
      for (const other of methods) if ((await matcher.match(other, path)) !== undefined) allowed.push(other);
      if (allowed.length === 0) throw new AppError('not_found', 'There is nothing at this path.');
      throw notAllowed(allowed);
    },
  };
}

const livePaths = Object.values(liveRoutes).map(({ path }) => new RegExp(`^/api${path.replace(/\{\w+\}/g, '[^/]+')}$`));

/** The live feed answers GET before the procedures are asked, and nothing else: a HEAD of what never ends would never end. */
function refuseOtherMethods(method: string, pathname: string): void {
  if (method !== 'GET' && livePaths.some((path) => path.test(pathname))) throw notAllowed(['GET']);
}

function notAllowed(allowed: readonly string[]): AppError {
  return new AppError('method_not_allowed', `This path answers ${allowed.join(', ')} only.`, { details: { allowed } });
}

/**
 * The door merges path, query and body into one input, where the path wins. So that no field is silently dropped: a query belongs
 * to reads and a body to changes, a body is an object, and neither repeats what the path says.
 */
function refuseAmbiguousInput(request: FastifyRequest, method: string, url: URL, parameters: readonly string[]): void {
  const { body } = request;
  const query = [...url.searchParams.keys()];
  if (body !== undefined && (typeof body !== 'object' || body === null || Array.isArray(body))) {
    throw invalidInput([{ path: '', message: 'the body must be a JSON object' }]);
  }
  const unknown =
    method === 'GET'
      ? query.filter((key) => parameters.includes(key) || /[[\]]/.test(key))
      : [...query, ...Object.keys(body ?? {}).filter((key) => parameters.includes(key))];
  if (unknown.length > 0) {
    throw invalidInput(unknown.map((key) => ({ path: key.slice(0, 100), message: 'not a known field here' })));
  }
  const unwritable = findUnwritable(method === 'GET' ? Object.fromEntries(url.searchParams) : body);
  if (unwritable !== null)
    throw invalidInput([{ path: unwritable.slice(0, 100), message: 'not text that can be kept' }]);
}

function urlOf(request: FastifyRequest): URL {
  const text = `http://localhost${request.raw.url ?? '/'}`;
  if (!URL.canParse(text)) throw new AppError('bad_request', 'The URL of this request is not valid.');
  return new URL(text);
}
