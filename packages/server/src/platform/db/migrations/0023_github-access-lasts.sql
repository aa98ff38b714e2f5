ALTER POLICY "readers" ON "github_commits" TO yudai_app USING (exists (select from github_access where github_access.repository_id = "github_commits".repository_id
    and github_access.owner_id = (select current_setting('app.user_id', true))
    and github_access.seen_at > now() - interval '7 days'));--> statement-breakpoint
ALTER POLICY "readers" ON "github_issues" TO yudai_app USING (exists (select from github_access where github_access.repository_id = "github_issues".repository_id
    and github_access.owner_id = (select current_setting('app.user_id', true))
    and github_access.seen_at > now() - interval '7 days'));--> statement-breakpoint
ALTER POLICY "readers" ON "github_pull_requests" TO yudai_app USING (exists (select from github_access where github_access.repository_id = "github_pull_requests".repository_id
    and github_access.owner_id = (select current_setting('app.user_id', true))
    and github_access.seen_at > now() - interval '7 days'));--> statement-breakpoint
ALTER POLICY "readers" ON "github_repositories" TO yudai_app USING (exists (select from github_access where github_access.repository_id = "github_repositories"."id"
    and github_access.owner_id = (select current_setting('app.user_id', true))
    and github_access.seen_at > now() - interval '7 days'));--> statement-breakpoint
ALTER POLICY "readers" ON "github_syncs" TO yudai_app USING (exists (select from github_access where github_access.repository_id = "github_syncs".repository_id
    and github_access.owner_id = (select current_setting('app.user_id', true))
    and github_access.seen_at > now() - interval '7 days'));