/** What a definition can be. In a file without schemas, for the processes that parse: those would be a quarter of their start. */
export const symbolKinds = [
  'class',
  'interface',
  'struct',
  'enum',
  'trait',
  'type',
  'module',
  'namespace',
  'function',
  'method',
  'constructor',
  'property',
  'field',
  'constant',
  'variable',
  'macro',
] as const;
