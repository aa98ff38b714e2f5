export { type ScriptedModel, type ScriptedTurn, startScriptedModel } from './scripted-model.ts';
export { type GitHubDouble, startGitHubDouble } from './github/index.ts';
export { startServer, type TestServer } from './start-server.ts';
export { countProcesses } from './count-processes.ts';
export { folderForBoxes, sumsFiles, sumsIssue, sumsTurns } from './sums-sample.ts';
export { copyEmbeddedTemplate, openTestDatabase, type TestDatabase } from './open-test-database.ts';
export { startChat, type TestChat } from './start-chat.ts';
export { startTeamApp, type TeamApp, type TestBrowser } from './start-team-app.ts';
export { anonymous, startTestApp, type TestApp, type TestAppOptions, type TestUser } from './start-test-app.ts';
