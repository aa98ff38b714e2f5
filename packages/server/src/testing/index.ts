export { openTestDatabase, type TestDatabase } from './open-test-database.ts';
export { anonymous, startTestApp, type TestApp, type TestAppOptions, type TestUser } from './start-test-app.ts';
