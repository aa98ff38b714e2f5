; Shared by C and C++. A definition has a body; prototypes are not definitions.
(function_definition declarator: (_) @declarator) @function
(struct_specifier name: (type_identifier) @name body: (_)) @struct
(union_specifier name: (type_identifier) @name body: (_)) @struct
(enum_specifier name: (type_identifier) @name body: (_)) @enum
(type_definition declarator: (type_identifier) @name) @type
(preproc_function_def name: (identifier) @name) @macro
(preproc_def name: (identifier) @name value: (_)) @macro
(translation_unit (declaration declarator: (init_declarator declarator: (identifier) @name)) @variable)
(preproc_include path: (_)) @import
