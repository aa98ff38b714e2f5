import { dirname } from 'node:path';
import type { Import, SourceFile } from './source-files.ts';

/** Where this checkout lies. */
export const root = dirname(import.meta.dirname);

/** Says what is wrong with a file, one sentence for each violation. */
export type Rule = (file: SourceFile) => string[];

/** A feature sees only those before it. */
export const featureOrder = [
  'audit',
  'accounts',
  'models',
  'github',
  'projects',
  'codebase',
  'cards',
  'chat',
  'issues',
  'solver',
  'builder',
  'mentor',
  'jobs',
  'system',
  'operations',
];

/** What each package may import of ours, and what of the outside it must leave alone. */
const packages: Record<string, { ours: RegExp; never: RegExp }> = {
  contract: { ours: /^$/, never: /^node:|^(?!zod$|@orpc\/(contract|client|openapi-client)(\/|$))/ },
  engine: {
    ours: /^@yudai\/contract(\/symbol-kinds)?$/,
    never: /^(pg|drizzle-orm|fastify|pino|@orpc\/server|@dbos-inc\/.*)$/,
  },
  server: { ours: /^@yudai\/(contract(\/client)?|engine\/[a-z-]+|mcp)$/, never: /^(react|commander)/ },
  mcp: { ours: /^@yudai\/contract(\/client)?$/, never: /^(pg|drizzle-orm|fastify)/ },
  cli: { ours: /^@yudai\/(contract(\/client)?|mcp)$/, never: /^(pg|drizzle-orm|fastify|react)/ },
  web: { ours: /^@yudai\/contract(\/client)?$/, never: /^(node:|pg|drizzle-orm|fastify)/ },
};

const serverLayers: Record<string, readonly string[]> = {
  kernel: ['kernel'],
  platform: ['kernel', 'platform'],
  features: ['kernel', 'platform', 'features'],
  app: ['kernel', 'platform', 'features', 'app'],
};

const isTest = (path: string) => /\.test\.tsx?$/.test(path);
const isSource = (path: string) => /\.(tsx?|mjs)$/.test(path) && !isGenerated(path);
const isGenerated = (path: string) => /\.gen\.ts$|\/migrations\/|^package-lock\.json$/.test(path);
const packageOf = (path: string) => /^packages\/([^/]+)\//.exec(path)?.[1];
const serverParts = (path: string) => /^packages\/server\/src\/(?:([^/]+)\/)?(?:([^/]+)\/)?/.exec(path);

function packageBoundaries(file: SourceFile): string[] {
  const name = packageOf(file.path);
  const limits = name === undefined ? undefined : packages[name];
  if (name === undefined || limits === undefined || !file.path.includes('/src/')) return [];
  return file.imports
    .filter((it) => crossesBoundary(name, limits, file, it))
    .map((it) => `${name} may not import ${it.specifier}`);
}

function crossesBoundary(name: string, limits: { ours: RegExp; never: RegExp }, file: SourceFile, it: Import): boolean {
  if (it.target !== null) return !it.target.startsWith(`packages/${name}/`) && !it.target.endsWith('package.json');
  if (it.specifier.startsWith('@yudai/')) return !limits.ours.test(it.specifier) && !mayOpenServer(name, file, it);
  return !isTest(file.path) && limits.never.test(it.specifier);
}

/** The CLI opens the server in its own process only when it has to, so it never loads it statically. */
function mayOpenServer(name: string, file: SourceFile, it: Import): boolean {
  if (name !== 'cli') return false;
  if (it.specifier === '@yudai/server') return it.dynamic || it.typeOnly;
  return it.specifier === '@yudai/server/testing' && (isTest(file.path) || it.typeOnly);
}

function serverLayering(file: SourceFile): string[] {
  const layer = serverParts(file.path)?.[1];
  const allowed = layer === undefined ? undefined : serverLayers[layer];
  if (allowed === undefined) return [];
  return file.imports.flatMap((it) => {
    const target = it.target === null ? undefined : serverParts(it.target)?.[1];
    if (it.target === null || it.target === 'packages/server/package.json' || allowed.includes(target ?? '')) return [];
    if (target === 'testing' && isTest(file.path)) return [];
    if (isTest(file.path) && layer !== 'kernel') return [];
    if (pointsAtUsers(file.path, it.target)) return [];
    return [`${layer} may not import ${it.specifier}`];
  });
}

/** Every tenant table has an owner, so every schema may point at the users' table. */
function pointsAtUsers(from: string, target: string): boolean {
  return from.endsWith('/schema.ts') && target === 'packages/server/src/features/accounts/schema.ts';
}

function featureBoundaries(file: SourceFile): string[] {
  const [, layer, feature] = serverParts(file.path) ?? [];
  if (layer !== 'features' || feature === undefined) return [];
  const place = featureOrder.indexOf(feature);
  if (place < 0) return [`${feature} has no place in the order of features`];
  return file.imports.flatMap((it) => {
    const [, targetLayer, other] = serverParts(it.target ?? '') ?? [];
    if (it.target === null || targetLayer !== 'features' || other === undefined || other === feature) return [];
    if (pointsAtUsers(file.path, it.target)) return [];
    if (featureOrder.indexOf(other) > place && !isTest(file.path)) return [`${feature} comes before ${other}`];
    return it.target.endsWith(`/${other}/index.ts`) ? [] : [`${feature} may use ${other} only through its index.ts`];
  });
}

/** Tables belong to the store beside them; everybody else asks the feature. A part of the platform may be many stores. */
function privateTables(file: SourceFile): string[] {
  return file.imports.flatMap((it) => {
    const owner = /^(packages\/server\/src\/.*\/)(schema|store)\.ts$/.exec(it.target ?? '');
    if (owner === null || it.target === null || pointsAtUsers(file.path, it.target)) return [];
    const [, folder = '', kind = ''] = owner;
    if (!file.path.startsWith(folder)) return [`${it.specifier} is private to ${folder}`];
    const mayReadTables = /(^|[/-])store\.ts$/.test(file.path) || isTest(file.path) || folder.includes('/platform/');
    return kind === 'schema' && !mayReadTables ? [`only a store may import ${it.specifier}`] : [];
  });
}

function webLayering(file: SourceFile): string[] {
  if (!/^packages\/web\/src\/(ui|lib)\//.test(file.path)) return [];
  return file.imports
    .filter((it) => /^packages\/web\/src\/(features|app|routes)\//.test(it.target ?? ''))
    .map((it) => `ui and lib may not import ${it.specifier}`);
}

const mayReadEnvironment =
  /^packages\/server\/src\/platform\/config\/|^packages\/cli\/|^(scripts|bench|e2e)\/|\.config\.ts$|\.test\.tsx?$|\/testing\/|\/open-test-[a-z-]+\.ts$/;

/** git needs a PATH to be found on, and gets nothing else of the environment. */
const searchPath = /process\.env(\.PATH|\['PATH'\])/g;

function environmentAtOneDoor(file: SourceFile): string[] {
  if (!isSource(file.path) || mayReadEnvironment.test(file.path) || file.path.startsWith('architecture/')) return [];
  return file.text.replaceAll(searchPath, '').includes('process.env')
    ? ['the environment is read in platform/config only']
    : [];
}

function fileLength(file: SourceFile): string[] {
  const lines = file.text.split('\n').length - 1;
  return isSource(file.path) && lines > 400 ? [`${lines} lines are more than 400`] : [];
}

function namedExports(file: SourceFile): string[] {
  const toolDemands = /\.config\.ts$|^packages\/web\/src\/routes\//.test(file.path);
  return isSource(file.path) && !toolDemands && /(^|\n)export default\b/.test(file.text) ? ['exports have names'] : [];
}

const kebabCase = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
const givenNames = /(^|\/)(README|LICENSE|NOTICE|AGENTS|CHANGELOG|SECURITY|CONTRIBUTING|Dockerfile)(\.md)?$/;

function fileNames(file: SourceFile): string[] {
  if (givenNames.test(file.path) || isGenerated(file.path) || file.path.startsWith('packages/web/src/routes/'))
    return [];
  return file.path.split('/').flatMap((name) => (kebabCase.test(name) ? [] : [`${name} is not kebab-case`]));
}

function noDrawers(file: SourceFile): string[] {
  const drawer = /(^|\/)(shared|common|utils?|helpers?)(\/|\.tsx?$)/.exec(file.path.replace(/^packages\/[^/]+/, ''));
  return /^packages\/|^architecture\//.test(file.path) && drawer !== null
    ? [`${drawer[2]} says nothing: name the idea`]
    : [];
}

const registryHost = /\bregistry\.[a-z0-9-]+\.[a-z]{2,}|\bpypi\.org\b|\bproxy\.golang\.org\b|\bindex\.crates\.io\b/;

function portableText(file: SourceFile): string[] {
  // Where this checkout lies is the one path of this machine that slips into a text.
  const here = file.text.includes(`${root}/`) || file.text.endsWith(root) ? [root] : [];
  const found = [...here, ...(registryHost.exec(file.text)?.slice(0, 1) ?? [])];
  return found.map((name) => `names ${name}, which other machines do not have`);
}

export const rules: Record<string, Rule> = {
  'packages import only what lies below them': packageBoundaries,
  'inside the server: kernel, platform, features, app': serverLayering,
  'features see earlier features, through their index': featureBoundaries,
  'tables and stores are private': privateTables,
  'screen parts do not know the screens': webLayering,
  'the environment is read at one door': environmentAtOneDoor,
  'files fit in the head': fileLength,
  'exports have names': namedExports,
  'names are kebab-case': fileNames,
  'no drawer for everything': noDrawers,
  'nothing names one machine or registry': portableText,
};
