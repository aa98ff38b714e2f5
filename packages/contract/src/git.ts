import { z } from 'zod';

/** A branch or tag as git names it: no option-like start, no `..`, no control characters (git-check-ref-format). */
export const gitRef = z
  .string()
  .min(1)
  .max(250)
  .regex(/^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\\))[^\p{Cc} ~^:?*[\]]+(?<![/.])$/u, 'not a branch or tag name');

/** The owner of a repository on GitHub. */
export const githubOwner = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?$/, 'not an owner on GitHub');

/** The name of a repository on GitHub. */
export const githubRepositoryName = z
  .string()
  .max(100)
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]+$/, 'not the name of a repository');

/** `owner/name`. */
export const repositoryFullName = z
  .string()
  .max(201)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?\/(?!\.{1,2}$)[A-Za-z0-9._-]+$/, 'write it as owner/name');
