export { type Account, createAccounts, type Accounts } from './service.ts';
