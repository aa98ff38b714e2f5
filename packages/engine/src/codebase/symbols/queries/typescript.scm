(class_declaration name: (type_identifier) @name) @class
(abstract_class_declaration name: (type_identifier) @name) @class
(interface_declaration name: (type_identifier) @name) @interface
(type_alias_declaration name: (type_identifier) @name) @type
(enum_declaration name: (identifier) @name) @enum
(internal_module name: (_) @name) @namespace
(module name: (_) @name) @module
(public_field_definition name: (_) @name) @field
(abstract_method_signature name: (_) @name) @method
(interface_body (method_signature name: (_) @name) @method)
(function_signature name: (identifier) @name) @function
(import_statement (import_require_clause)) @import
