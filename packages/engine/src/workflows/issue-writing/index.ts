export { checkReadiness, mostBody, type ReadinessFacts } from '#workflows/issue-writing/check-readiness.ts';
export { estimateCost } from '#workflows/issue-writing/estimate-cost.ts';
export { findDuplicates, type KnownIssue } from '#workflows/issue-writing/find-duplicates.ts';
export { findIdeas, type FoundIdea } from '#workflows/issue-writing/find-ideas.ts';
export { parseIssue, renderBody, renderIssue } from '#workflows/issue-writing/markdown.ts';
export { normaliseDocument } from '#workflows/issue-writing/normalise.ts';
export { type IssueTemplate, readTemplate } from '#workflows/issue-writing/read-template.ts';
export { type IssueAnswer, writeIssue, type WrittenIssue } from '#workflows/issue-writing/write-issue.ts';
