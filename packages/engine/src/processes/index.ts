export { createStarter, type Starter } from '#processes/starter.ts';
