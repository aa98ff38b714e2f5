import type { FileCategory } from '@yudai/contract';

const lockNames = new Set([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
  'deno.lock',
  'cargo.lock',
  'poetry.lock',
  'pdm.lock',
  'uv.lock',
  'pipfile.lock',
  'gemfile.lock',
  'composer.lock',
  'go.sum',
  'go.work.sum',
  'packages.lock.json',
  'podfile.lock',
  'pubspec.lock',
  'mix.lock',
  'flake.lock',
  'gradle.lockfile',
  'conan.lock',
  'pixi.lock',
  '.terraform.lock.hcl',
  'package.resolved',
]);
const projectNames = new Set([
  'package.json',
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'requirements.txt',
  'pipfile',
  'go.mod',
  'go.work',
  'cargo.toml',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
  'settings.gradle',
  'settings.gradle.kts',
  'composer.json',
  'gemfile',
  'mix.exs',
  'pubspec.yaml',
  'package.swift',
  'pnpm-workspace.yaml',
  'lerna.json',
  'nx.json',
  'turbo.json',
  'deno.json',
  'directory.build.props',
]);
const buildNames = new Set([
  'makefile',
  'gnumakefile',
  'dockerfile',
  'containerfile',
  'cmakelists.txt',
  'rakefile',
  'justfile',
  'jenkinsfile',
  'meson.build',
  'build.bazel',
  'workspace',
  'docker-compose.yml',
  'docker-compose.yaml',
  'compose.yml',
  'compose.yaml',
  'procfile',
  'vagrantfile',
  'gulpfile.js',
  'gruntfile.js',
]);
const media = new Set(
  'png jpg jpeg gif webp avif bmp ico icns tif tiff heic psd ai svg mp3 wav ogg flac m4a mp4 mov webm avi mkv woff woff2 ttf otf eot pdf'.split(
    ' ',
  ),
);
const web = new Set('html htm css scss sass less vue svelte astro ejs hbs erb jinja j2 twig'.split(' '));
const docs = new Set('md mdx markdown rst adoc tex org'.split(' '));
const config = new Set('json jsonc json5 yaml yml toml ini cfg conf properties editorconfig env'.split(' '));
const scripts = new Set('sh bash zsh fish ps1 psm1 bat cmd'.split(' '));
const data = new Set('csv tsv sql parquet jsonl ndjson db sqlite xml geojson po'.split(' '));
const dataLanguages = new Set([
  'JSON',
  'YAML',
  'TOML',
  'XML',
  'CSV',
  'TSV',
  'SQL',
  'Text',
  'Diff',
  'Ignore List',
  'Git Attributes',
  'EditorConfig',
  'INI',
  'CODEOWNERS',
]);

const testPath =
  /(?:^|\/)(?:tests?|__tests__|__mocks__|specs?|e2e|testing|testdata|test_data|fixtures|__fixtures__|cypress)\//i;
const testName =
  /(?:[._-](?:test|tests|spec|e2e|cy)\.[^/]+|(?:^|\/)(?:tests?\.(?:[cm]?[jt]sx?|py)|test-[^/]+\.[cm]?[jt]sx?)|_test\.[^/]+|(?:^|\/)test_[^/]+\.py|(?:^|\/)conftest\.py|[a-z0-9](?:Test|Tests|Spec|IT)\.(?:java|kt|cs|scala|groovy|php|swift)|_spec\.rb)$/;

/** What a file is for, by its path and language. */
export function categoryOf(path: string, language: string | null): FileCategory {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const extension = name.slice(name.lastIndexOf('.') + 1);
  if (lockNames.has(name)) return 'lock';
  if (media.has(extension)) return 'media';
  if (isTest(path)) return 'test';
  if (projectNames.has(name)) return 'project';
  if (
    buildNames.has(name) ||
    name.startsWith('dockerfile.') ||
    path.startsWith('.github/workflows/') ||
    /\.(?:gradle|cmake|mk|bzl)$/.test(name)
  )
    return 'build';
  if (docs.has(extension) || /^(?:license|licence|readme|changelog|contributing|notice|authors|copying)\b/.test(name))
    return 'docs';
  if (/^(?:docs?|documentation)\//i.test(path) && (extension === 'txt' || extension === 'html')) return 'docs';
  if (web.has(extension)) return 'web';
  if (scripts.has(extension)) return 'scripts';
  if (data.has(extension)) return 'data';
  if (
    config.has(extension) ||
    name.startsWith('.') ||
    /\.config\.[cm]?[jt]s$/.test(name) ||
    /^tsconfig.*\.json$/.test(name)
  )
    return 'config';
  if (language === null || dataLanguages.has(language)) return language === 'Text' ? 'docs' : 'other';
  return language === 'Shell' ? 'scripts' : 'source';
}

/** Whether a path is test code or test data. */
export function isTest(path: string): boolean {
  return testPath.test(path) || testName.test(path);
}

export function isLockFile(path: string): boolean {
  return lockNames.has(path.slice(path.lastIndexOf('/') + 1).toLowerCase());
}
