CREATE TABLE "ideas" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"owner_id" text NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"complexity" text NOT NULL,
	"status" text NOT NULL,
	"origin" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "ideas_title" CHECK (length("ideas"."title") between 1 and 200),
	CONSTRAINT "ideas_complexity" CHECK ("ideas"."complexity" in ('S', 'M', 'L', 'XL')),
	CONSTRAINT "ideas_status" CHECK ("ideas"."status" in ('pending', 'promoted', 'dismissed')),
	CONSTRAINT "ideas_origin" CHECK ("ideas"."origin" in ('hand', 'model'))
);
--> statement-breakpoint
ALTER TABLE "ideas" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "issue_contexts" (
	"issue_id" text NOT NULL,
	"version" integer NOT NULL,
	"project_id" text NOT NULL,
	"owner_id" text NOT NULL,
	"commit" text,
	"blocks" jsonb NOT NULL,
	CONSTRAINT "issue_contexts_issue_id_version_pk" PRIMARY KEY("issue_id","version")
);
--> statement-breakpoint
ALTER TABLE "issue_contexts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "issue_versions" (
	"issue_id" text NOT NULL,
	"project_id" text NOT NULL,
	"version" integer NOT NULL,
	"source" text NOT NULL,
	"author_id" text,
	"model" text,
	"document" jsonb NOT NULL,
	"priority" text NOT NULL,
	"complexity" text NOT NULL,
	"labels" jsonb NOT NULL,
	"assignees" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "issue_versions_issue_id_version_pk" PRIMARY KEY("issue_id","version"),
	CONSTRAINT "issue_versions_source" CHECK ("issue_versions"."source" in ('hand', 'model', 'restored'))
);
--> statement-breakpoint
ALTER TABLE "issue_versions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "issues" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"owner_id" text NOT NULL,
	"session_id" text,
	"message_id" text,
	"idea_id" text,
	"origin" text NOT NULL,
	"source" jsonb NOT NULL,
	"status" text NOT NULL,
	"priority" text NOT NULL,
	"complexity" text NOT NULL,
	"title" text NOT NULL,
	"document" jsonb NOT NULL,
	"labels" jsonb NOT NULL,
	"assignees" jsonb NOT NULL,
	"version" integer NOT NULL,
	"writing_job_id" text,
	"publishing_job_id" text,
	"failure" jsonb,
	"publishing_since" timestamp with time zone,
	"repository_id" bigint,
	"repository" text,
	"github_number" integer,
	"github_url" text,
	"github_state" text,
	"published_as" jsonb,
	"shown_as" jsonb,
	"shown_at" timestamp with time zone,
	"differs" boolean DEFAULT false NOT NULL,
	"published_version" integer,
	"published_at" timestamp with time zone,
	"archived_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "issues_title" CHECK (length("issues"."title") between 1 and 256),
	CONSTRAINT "issues_status" CHECK ("issues"."status" in ('draft', 'published', 'solving', 'solved', 'closed')),
	CONSTRAINT "issues_priority" CHECK ("issues"."priority" in ('low', 'medium', 'high', 'critical')),
	CONSTRAINT "issues_complexity" CHECK ("issues"."complexity" in ('S', 'M', 'L', 'XL')),
	CONSTRAINT "issues_origin" CHECK ("issues"."origin" in ('hand', 'text', 'session', 'message', 'cards', 'idea')),
	CONSTRAINT "issues_published" CHECK (("issues"."github_number" is null) = ("issues"."published_at" is null) and ("issues"."github_number" is null) = ("issues"."repository_id" is null))
);
--> statement-breakpoint
ALTER TABLE "issues" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "ideas" ADD CONSTRAINT "ideas_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ideas" ADD CONSTRAINT "ideas_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_contexts" ADD CONSTRAINT "issue_contexts_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_contexts" ADD CONSTRAINT "issue_contexts_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_contexts" ADD CONSTRAINT "issue_contexts_issue_id_issues_id_fk" FOREIGN KEY ("issue_id") REFERENCES "public"."issues"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_versions" ADD CONSTRAINT "issue_versions_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_versions" ADD CONSTRAINT "issue_versions_author_id_users_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_versions" ADD CONSTRAINT "issue_versions_issue_id_issues_id_fk" FOREIGN KEY ("issue_id") REFERENCES "public"."issues"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issues" ADD CONSTRAINT "issues_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issues" ADD CONSTRAINT "issues_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issues" ADD CONSTRAINT "issues_session_id_chat_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."chat_sessions"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issues" ADD CONSTRAINT "issues_idea_id_ideas_id_fk" FOREIGN KEY ("idea_id") REFERENCES "public"."ideas"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "ideas_of_project" ON "ideas" USING btree ("project_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "ideas_of_owner" ON "ideas" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "issue_contexts_of_owner" ON "issue_contexts" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "issue_contexts_of_project" ON "issue_contexts" USING btree ("project_id");--> statement-breakpoint
CREATE INDEX "issue_versions_of_project" ON "issue_versions" USING btree ("project_id");--> statement-breakpoint
CREATE INDEX "issue_versions_of_author" ON "issue_versions" USING btree ("author_id");--> statement-breakpoint
CREATE UNIQUE INDEX "issues_on_github" ON "issues" USING btree ("repository_id","github_number","project_id");--> statement-breakpoint
CREATE UNIQUE INDEX "issues_of_idea" ON "issues" USING btree ("idea_id");--> statement-breakpoint
CREATE INDEX "issues_of_project" ON "issues" USING btree ("project_id","updated_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "issues_of_owner" ON "issues" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "issues_of_session" ON "issues" USING btree ("session_id");--> statement-breakpoint
CREATE POLICY "members" ON "ideas" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("ideas"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
CREATE POLICY "writers" ON "ideas" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("ideas"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("ideas"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
CREATE POLICY "system" ON "ideas" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "asker" ON "issue_contexts" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("issue_contexts"."owner_id" = (select current_setting('app.user_id', true)) and "issue_contexts"."project_id" in (select unnest(yudai_projects('viewer')))) WITH CHECK ("issue_contexts"."owner_id" = (select current_setting('app.user_id', true)) and "issue_contexts"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
CREATE POLICY "system" ON "issue_contexts" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "members" ON "issue_versions" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("issue_versions"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
CREATE POLICY "writers" ON "issue_versions" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("issue_versions"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("issue_versions"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
CREATE POLICY "system" ON "issue_versions" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "members" ON "issues" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("issues"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
CREATE POLICY "writers" ON "issues" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("issues"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("issues"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
CREATE POLICY "system" ON "issues" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');