CREATE TABLE "github_access" (
	"owner_id" text NOT NULL,
	"repository_id" bigint NOT NULL,
	"permission" text NOT NULL,
	"listed" boolean NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "github_access_owner_id_repository_id_pk" PRIMARY KEY("owner_id","repository_id"),
	CONSTRAINT "github_access_permission" CHECK ("github_access"."permission" in ('admin', 'maintain', 'write', 'triage', 'read'))
);
--> statement-breakpoint
ALTER TABLE "github_access" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "github_commits" (
	"repository_id" bigint NOT NULL,
	"sha" text NOT NULL,
	"message" text NOT NULL,
	"author_name" text,
	"author_login" text,
	"date" timestamp with time zone,
	"url" text NOT NULL,
	"synced_at" timestamp with time zone NOT NULL,
	CONSTRAINT "github_commits_repository_id_sha_pk" PRIMARY KEY("repository_id","sha")
);
--> statement-breakpoint
ALTER TABLE "github_commits" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "github_connections" (
	"owner_id" text PRIMARY KEY NOT NULL,
	"github_id" bigint NOT NULL,
	"login" text NOT NULL,
	"name" text,
	"avatar_url" text,
	"status" text NOT NULL,
	"scopes" jsonb NOT NULL,
	"access_token" text NOT NULL,
	"expires_at" timestamp with time zone,
	"refresh_token" text,
	"refresh_expires_at" timestamp with time zone,
	"renewing_until" timestamp with time zone,
	"rate_limit_left" integer,
	"rate_limit_resets_at" timestamp with time zone,
	"connected_at" timestamp with time zone NOT NULL,
	"checked_at" timestamp with time zone,
	"listed_at" timestamp with time zone,
	CONSTRAINT "github_connections_status" CHECK ("github_connections"."status" in ('ok', 'needs_reauthorization'))
);
--> statement-breakpoint
ALTER TABLE "github_connections" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "github_deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"event" text NOT NULL,
	"received_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "github_deliveries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "github_issues" (
	"repository_id" bigint NOT NULL,
	"number" integer NOT NULL,
	"id" bigint NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"state" text NOT NULL,
	"state_reason" text,
	"labels" jsonb NOT NULL,
	"author" text,
	"assignees" jsonb NOT NULL,
	"comments" integer NOT NULL,
	"url" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"synced_at" timestamp with time zone NOT NULL,
	CONSTRAINT "github_issues_repository_id_number_pk" PRIMARY KEY("repository_id","number"),
	CONSTRAINT "github_issues_state" CHECK ("github_issues"."state" in ('open', 'closed'))
);
--> statement-breakpoint
ALTER TABLE "github_issues" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "github_pull_requests" (
	"repository_id" bigint NOT NULL,
	"number" integer NOT NULL,
	"id" bigint NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"state" text NOT NULL,
	"draft" boolean NOT NULL,
	"head_ref" text NOT NULL,
	"head_sha" text NOT NULL,
	"base_ref" text NOT NULL,
	"base_sha" text NOT NULL,
	"author" text,
	"url" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"synced_at" timestamp with time zone NOT NULL,
	CONSTRAINT "github_pull_requests_repository_id_number_pk" PRIMARY KEY("repository_id","number"),
	CONSTRAINT "github_pull_requests_state" CHECK ("github_pull_requests"."state" in ('open', 'closed', 'merged'))
);
--> statement-breakpoint
ALTER TABLE "github_pull_requests" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "github_repositories" (
	"id" bigint PRIMARY KEY NOT NULL,
	"full_name" text NOT NULL,
	"owner" text NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"private" boolean NOT NULL,
	"archived" boolean NOT NULL,
	"fork" boolean NOT NULL,
	"default_branch" text NOT NULL,
	"language" text,
	"url" text NOT NULL,
	"pushed_at" timestamp with time zone,
	"synced_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "github_repositories" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "github_syncs" (
	"repository_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"branches" jsonb,
	"synced_at" timestamp with time zone NOT NULL,
	CONSTRAINT "github_syncs_repository_id_kind_pk" PRIMARY KEY("repository_id","kind"),
	CONSTRAINT "github_syncs_kind" CHECK ("github_syncs"."kind" in ('branches', 'issues', 'pull_requests', 'commits'))
);
--> statement-breakpoint
ALTER TABLE "github_syncs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "github_access" ADD CONSTRAINT "github_access_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "github_access" ADD CONSTRAINT "github_access_repository_id_github_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."github_repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "github_commits" ADD CONSTRAINT "github_commits_repository_id_github_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."github_repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "github_connections" ADD CONSTRAINT "github_connections_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "github_issues" ADD CONSTRAINT "github_issues_repository_id_github_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."github_repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "github_pull_requests" ADD CONSTRAINT "github_pull_requests_repository_id_github_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."github_repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "github_syncs" ADD CONSTRAINT "github_syncs_repository_id_github_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."github_repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "github_access_of_repository" ON "github_access" USING btree ("repository_id");--> statement-breakpoint
CREATE INDEX "github_commits_of_repository" ON "github_commits" USING btree ("repository_id","date" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "github_connections_of_account" ON "github_connections" USING btree ("github_id");--> statement-breakpoint
CREATE INDEX "github_deliveries_received" ON "github_deliveries" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "github_issues_changed" ON "github_issues" USING btree ("repository_id","updated_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "github_pull_requests_changed" ON "github_pull_requests" USING btree ("repository_id","updated_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "github_repositories_name" ON "github_repositories" USING btree (lower("full_name"));--> statement-breakpoint
CREATE POLICY "owner" ON "github_access" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("github_access"."owner_id" = (select current_setting('app.user_id', true))) WITH CHECK ("github_access"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "github_access" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "readers" ON "github_commits" AS PERMISSIVE FOR SELECT TO "yudai_app" USING (exists (select from github_access where github_access.repository_id = "github_commits".repository_id
    and github_access.owner_id = (select current_setting('app.user_id', true))));--> statement-breakpoint
CREATE POLICY "system" ON "github_commits" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "owner" ON "github_connections" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("github_connections"."owner_id" = (select current_setting('app.user_id', true))) WITH CHECK ("github_connections"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "github_connections" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "system" ON "github_deliveries" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "readers" ON "github_issues" AS PERMISSIVE FOR SELECT TO "yudai_app" USING (exists (select from github_access where github_access.repository_id = "github_issues".repository_id
    and github_access.owner_id = (select current_setting('app.user_id', true))));--> statement-breakpoint
CREATE POLICY "system" ON "github_issues" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "readers" ON "github_pull_requests" AS PERMISSIVE FOR SELECT TO "yudai_app" USING (exists (select from github_access where github_access.repository_id = "github_pull_requests".repository_id
    and github_access.owner_id = (select current_setting('app.user_id', true))));--> statement-breakpoint
CREATE POLICY "system" ON "github_pull_requests" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "readers" ON "github_repositories" AS PERMISSIVE FOR SELECT TO "yudai_app" USING (exists (select from github_access where github_access.repository_id = "github_repositories"."id"
    and github_access.owner_id = (select current_setting('app.user_id', true))));--> statement-breakpoint
CREATE POLICY "system" ON "github_repositories" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "readers" ON "github_syncs" AS PERMISSIVE FOR SELECT TO "yudai_app" USING (exists (select from github_access where github_access.repository_id = "github_syncs".repository_id
    and github_access.owner_id = (select current_setting('app.user_id', true))));--> statement-breakpoint
CREATE POLICY "system" ON "github_syncs" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');