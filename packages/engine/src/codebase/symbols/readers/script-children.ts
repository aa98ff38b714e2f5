/**
 * Which fields of a node of oxc hold statements and expressions, and how many levels further down a tree-sitter tree has them (`if (a)`
 * holds `a` in parentheses: two). Depth decides what is a definition worth keeping, so both parsers have to count alike. Types, names and
 * parameters hold no definitions.
 */
export const childFields: Readonly<Record<string, readonly (readonly [field: string, levels: number])[]>> = {
  ...table(1, 'expression', 'ExpressionStatement ParenthesizedExpression TSAsExpression TSSatisfiesExpression'),
  ...table(1, 'expression', 'TSNonNullExpression TSTypeAssertion TSInstantiationExpression JSXExpressionContainer'),
  ...table(1, 'expression', 'TSExportAssignment JSXSpreadChild'),
  ...table(1, 'argument', 'ReturnStatement ThrowStatement UnaryExpression UpdateExpression AwaitExpression'),
  ...table(1, 'argument', 'YieldExpression SpreadElement'),
  ...table(
    1,
    'body',
    'BlockStatement FunctionBody TSModuleBlock TSInterfaceBody ClassBody LabeledStatement CatchClause',
  ),
  ...table(1, 'body', 'FunctionDeclaration FunctionExpression ArrowFunctionExpression TSInterfaceDeclaration'),
  ...table(1, 'body', 'TSNamespaceDeclaration TSExternalModuleDeclaration TSGlobalDeclaration'),
  ...table(1, 'declaration', 'ExportDeclaration ExportDefaultDeclaration'),
  ...table(1, 'object', 'StaticMemberExpression PrivateFieldExpression'),
  ...table(1, 'left right', 'BinaryExpression LogicalExpression AssignmentExpression'),
  ClassDeclaration: [
    ['decorators', 1],
    ['body', 1],
  ],
  ClassExpression: [
    ['decorators', 1],
    ['body', 1],
  ],
  Decorator: [['expression', 1]],
  StaticBlock: [['body', 2]],
  VariableDeclaration: [['declarations', 1]],
  VariableDeclarator: [['init', 1]],
  IfStatement: [
    ['test', 2],
    ['consequent', 1],
    ['alternate', 2],
  ],
  ForStatement: [
    ['init', 1],
    ['test', 1],
    ['update', 1],
    ['body', 1],
  ],
  ForInStatement: [
    ['right', 1],
    ['body', 1],
  ],
  ForOfStatement: [
    ['right', 1],
    ['body', 1],
  ],
  WhileStatement: [
    ['test', 2],
    ['body', 1],
  ],
  DoWhileStatement: [
    ['body', 1],
    ['test', 2],
  ],
  WithStatement: [
    ['object', 2],
    ['body', 1],
  ],
  SwitchStatement: [
    ['discriminant', 2],
    ['cases', 2],
  ],
  SwitchCase: [
    ['test', 1],
    ['consequent', 1],
  ],
  TryStatement: [
    ['block', 1],
    ['handler', 1],
    ['finalizer', 2],
  ],
  ArrayExpression: [['elements', 1]],
  ObjectExpression: [['properties', 1]],
  CallExpression: [
    ['callee', 1],
    ['arguments', 2],
  ],
  NewExpression: [
    ['callee', 1],
    ['arguments', 2],
  ],
  ImportExpression: [
    ['source', 2],
    ['options', 2],
  ],
  ChainExpression: [['expression', 0]],
  ComputedMemberExpression: [
    ['object', 1],
    ['property', 1],
  ],
  ConditionalExpression: [
    ['test', 1],
    ['consequent', 1],
    ['alternate', 1],
  ],
  SequenceExpression: [['expressions', 1]],
  TaggedTemplateExpression: [
    ['tag', 1],
    ['quasi', 1],
  ],
  TemplateLiteral: [['expressions', 2]],
  JSXElement: [
    ['openingElement', 1],
    ['children', 1],
  ],
  JSXOpeningElement: [['attributes', 1]],
  JSXFragment: [['children', 1]],
  JSXAttribute: [['value', 1]],
  JSXSpreadAttribute: [['argument', 2]],
};

function table(levels: number, fields: string, types: string): Record<string, readonly (readonly [string, number])[]> {
  const held = fields.split(' ').map((field) => [field, levels] as const);
  return Object.fromEntries(types.split(' ').map((type) => [type, held]));
}
