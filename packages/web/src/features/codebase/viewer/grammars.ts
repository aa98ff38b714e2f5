export const bundledLanguages = {};
