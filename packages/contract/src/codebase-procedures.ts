import { z } from 'zod';
import { projectProcedure } from '#access.ts';
import {
  analysis,
  codeSymbol,
  commitEntry,
  contextPack,
  dependencyGraph,
  fileCategory,
  fileDependencies,
  packFormats,
  searchMode,
  searchResult,
  skipReason,
  sourceFile,
  symbolKind,
  treeEntry,
} from '#codebase.ts';
import { gitRef } from '#git.ts';
import { idSchema } from '#ids.ts';
import { job } from '#jobs.ts';
import { pageOf, pageRequest } from '#paging.ts';
import type { Permission } from '#roles.ts';

const ofProject = { projectId: idSchema('project') };
const path = z
  .string()
  .max(4096)
  .regex(/^[^\0]*$/);
const route = (
  method: 'GET' | 'POST' | 'PATCH',
  suffix: string,
  summary: string,
  permission: Permission = 'codebase.read',
) =>
  projectProcedure(permission).route({
    method,
    path: `/v1/projects/{projectId}${suffix}` as `/${string}`,
    summary,
    tags: ['codebase'],
  });

export const codebaseContract = {
  index: projectProcedure('codebase.index')
    .route({
      method: 'POST',
      path: '/v1/projects/{projectId}/index',
      summary: 'Index the project again, or another branch or tag',
      tags: ['codebase'],
      successStatus: 202,
    })
    .input(z.strictObject({ ...ofProject, ref: gitRef.nullable().optional() }))
    .output(job),
  analyses: route('GET', '/analyses', 'Index runs, newest first')
    .input(z.strictObject({ ...ofProject, ...pageRequest(50, 20) }))
    .output(pageOf(analysis)),
  skipped: route('GET', '/skipped', 'Files that are listed but not indexed, and why')
    .input(z.strictObject({ ...ofProject, ...pageRequest(200, 100), reason: skipReason.optional() }))
    .output(pageOf(z.object({ path: z.string(), reason: skipReason, size: z.number().int() }))),
  tree: route('GET', '/tree', 'Children of one directory, directories first')
    .input(z.strictObject({ ...ofProject, path: path.default(''), ...pageRequest(500, 200) }))
    .output(pageOf(treeEntry)),
  file: route('GET', '/file', 'One file with its text and outline')
    .meta({
      tool: {
        name: 'read',
        description:
          'Read lines of a file, with their numbers and how to cite them. Long files come in pieces: ask with startLine.',
      },
    })
    .input(z.strictObject({ ...ofProject, path: path.min(1) }))
    .output(sourceFile),
  updateFile: route('PATCH', '/files', 'Correct what a file is for, or take the correction back', 'codebase.correct')
    .input(
      z.strictObject({
        ...ofProject,
        path: path.min(1),
        /** Null gives the file what its path and language say. */
        category: fileCategory.nullable(),
      }),
    )
    .output(treeEntry),
  symbols: route('GET', '/symbols', 'Definitions by name or file')
    .meta({
      tool: {
        name: 'symbols',
        description: 'Definitions (functions, classes, types…) by name or by file, with where they are.',
      },
    })
    .input(
      z.strictObject({
        ...ofProject,
        ...pageRequest(200, 50),
        query: z.string().max(200).default(''),
        kind: symbolKind.optional(),
        path: path.optional(),
      }),
    )
    .output(pageOf(codeSymbol)),
  references: route('GET', '/references', 'Places where a name is used')
    .meta({ tool: { name: 'references', description: 'Places where a name is used, and where it is defined.' } })
    .input(z.strictObject({ ...ofProject, ...pageRequest(200, 100), name: z.string().min(1).max(200) }))
    .output(
      pageOf(
        z.object({
          path: z.string(),
          line: z.number().int(),
          column: z.number().int(),
          text: z.string(),
          definition: z.boolean(),
        }),
      ),
    ),
  graph: route('GET', '/graph', 'The import graph with its layout')
    .input(
      z.strictObject({ ...ofProject, limit: z.number().int().min(1).max(20_000).default(5000), path: path.optional() }),
    )
    .output(dependencyGraph),
  dependencies: route('GET', '/dependencies', 'What one file imports and what imports it')
    .meta({
      tool: {
        name: 'graph',
        description: 'What one file imports and which files import it, with import cycles through it.',
      },
    })
    .input(z.strictObject({ ...ofProject, path: path.min(1) }))
    .output(fileDependencies),
  history: route('GET', '/history', 'The last commits, of the project or of one path, with what they changed')
    .meta({
      tool: {
        name: 'history',
        description: 'The last commits, of the repository or of one file or folder, with what they changed.',
      },
    })
    .input(
      z.strictObject({
        ...ofProject,
        /** Only commits that changed this file or something in this folder, among the last 2,000. */
        path: path.optional(),
        limit: z.number().int().min(1).max(50).default(15),
      }),
    )
    .output(z.object({ items: z.array(commitEntry) })),
  search: route('POST', '/search', 'From a query or a whole issue text to files, ranges and symbols')
    .meta({
      tool: {
        name: 'search',
        description:
          'Find code. Mode ranked takes a question or a whole issue in words; text and regex find exact places; symbol and path find names.',
      },
    })
    .input(
      z.strictObject({
        ...ofProject,
        query: z.string().min(1).max(50_000),
        mode: searchMode.default('ranked'),
        limit: z.number().int().min(1).max(100).default(20),
        /** Only paths that start with this. */
        path: path.optional(),
        language: z.string().max(40).optional(),
        caseSensitive: z.boolean().default(false),
        /** Test files take part in the ranked answer only when asked for. */
        tests: z.boolean().default(false),
      }),
    )
    .output(searchResult),
  pack: route(
    'POST',
    '/pack',
    'The best context for a query under a token budget; without a query, a digest of the repository',
  )
    .meta({
      tool: {
        name: 'pack',
        description:
          'The best context for a question under a token budget; without a question, a digest of the repository.',
      },
    })
    .input(
      z.strictObject({
        ...ofProject,
        query: z.string().max(50_000).default(''),
        budget: z.number().int().min(200).max(1_000_000).default(16_000),
        format: z.enum(packFormats).default('markdown'),
        paths: z.array(path.min(1)).max(200).default([]),
      }),
    )
    .output(contextPack),
};
