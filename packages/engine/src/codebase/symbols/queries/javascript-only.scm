(class_declaration name: (identifier) @name) @class
(field_definition property: (_) @name) @field
