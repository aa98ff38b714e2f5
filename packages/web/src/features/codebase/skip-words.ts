import type { SkipReason } from '@yudai/contract';

/** How each reason for not indexing a file is told: a badge of one word, a heading, and a sentence. */
export const skipWords: Record<SkipReason, { badge: string; title: string; why: string }> = {
  binary: { badge: 'binary', title: 'Binary', why: 'This is not text, so there is nothing to search in it.' },
  minified: {
    badge: 'minified',
    title: 'Minified',
    why: 'This was made smaller by a machine; its source is elsewhere.',
  },
  generated: {
    badge: 'generated',
    title: 'Generated',
    why: 'A tool wrote this file, so it would only crowd out the source.',
  },
  vendored: { badge: 'vendored', title: 'Vendored', why: 'This is a copy of somebody else’s code.' },
  lock: { badge: 'lock', title: 'Lock files', why: 'This pins versions; a package manager wrote it.' },
  secret: {
    badge: 'secret',
    title: 'Look like secrets',
    why: 'It looks like it holds secrets, so its text is never read into the index.',
  },
  oversized: { badge: 'too large', title: 'Too large', why: 'It is larger than Yudai indexes.' },
  submodule: {
    badge: 'submodule',
    title: 'Submodules',
    why: 'This is another repository; connect it as a project of its own.',
  },
  symlink: { badge: 'link', title: 'Symbolic links', why: 'This points to another file.' },
  lfs: { badge: 'LFS', title: 'Git LFS pointers', why: 'Its content is stored outside of the repository.' },
  unreadable: {
    badge: 'unreadable',
    title: 'Unreadable',
    why: 'Its content is missing or damaged, or no parser survived it.',
  },
  long_path: {
    badge: 'long path',
    title: 'Paths too long',
    why: 'Its path is longer than the 1,200 bytes that can be listed, so it is counted and not shown.',
  },
};
