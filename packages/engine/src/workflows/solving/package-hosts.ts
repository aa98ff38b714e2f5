/**
 * Where packages come from, as everybody has them: what set-up may reach without being told. They are public and the same everywhere, so they
 * name no machine and no installation.
 */
export const packageHosts: readonly string[] = [
  'registry.npmjs.org',
  'registry.yarnpkg.com',
  'pypi.org',
  'files.pythonhosted.org',
  'proxy.golang.org',
  'sum.golang.org',
  'index.crates.io',
  'static.crates.io',
  'crates.io',
  'rubygems.org',
  'index.rubygems.org',
  'repo.maven.apache.org',
  'repo1.maven.org',
  'plugins.gradle.org',
  'services.gradle.org',
  'repo.packagist.org',
  'api.nuget.org',
  'jsr.io',
];
