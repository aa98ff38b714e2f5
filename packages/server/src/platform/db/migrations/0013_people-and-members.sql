DROP POLICY "owner" ON "codebase_analyses" CASCADE;--> statement-breakpoint
DROP POLICY "owner" ON "codebase_corrections" CASCADE;--> statement-breakpoint
DROP POLICY "owner" ON "codebase_files" CASCADE;--> statement-breakpoint
DROP POLICY "owner" ON "codebase_packs" CASCADE;--> statement-breakpoint
DROP POLICY "owner" ON "codebase_snapshots" CASCADE;--> statement-breakpoint
DROP POLICY "owner" ON "codebase_vectors" CASCADE;--> statement-breakpoint
DROP POLICY "owner" ON "job_questions" CASCADE;--> statement-breakpoint
DROP POLICY "owner" ON "job_steps" CASCADE;--> statement-breakpoint
DROP POLICY "owner" ON "jobs" CASCADE;--> statement-breakpoint
DROP POLICY "owner" ON "live_events" CASCADE;--> statement-breakpoint
DROP POLICY "owner" ON "live_topics" CASCADE;--> statement-breakpoint
DROP POLICY "owner" ON "projects" CASCADE;--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"start" text NOT NULL,
	"key_hash" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "api_keys_key_hash_unique" UNIQUE("key_hash"),
	CONSTRAINT "api_keys_scopes" CHECK ("api_keys"."scopes" <@ array['read', 'write'])
);--> statement-breakpoint
ALTER TABLE "api_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "auth_accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"account_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "auth_accounts_without_secrets" CHECK (coalesce(access_token, refresh_token, id_token, password) is null)
);--> statement-breakpoint
ALTER TABLE "auth_accounts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "auth_devices" (
	"id" text PRIMARY KEY NOT NULL,
	"device_code_hash" text NOT NULL,
	"user_code" text NOT NULL,
	"user_id" text,
	"status" text NOT NULL,
	"client_id" text,
	"scope" text,
	"last_polled_at" timestamp with time zone,
	"polling_interval" integer,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "auth_devices_device_code_hash_unique" UNIQUE("device_code_hash"),
	CONSTRAINT "auth_devices_user_code_unique" UNIQUE("user_code")
);--> statement-breakpoint
ALTER TABLE "auth_devices" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "auth_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"address" text,
	"user_agent" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "auth_sessions_token_hash_unique" UNIQUE("token_hash")
);--> statement-breakpoint
ALTER TABLE "auth_sessions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "auth_verifications" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);--> statement-breakpoint
ALTER TABLE "auth_verifications" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "project_invitations" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"project_name" text NOT NULL,
	"github_id" bigint NOT NULL,
	"username" text NOT NULL,
	"role" text NOT NULL,
	"invited_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "project_invitations_role" CHECK ("project_invitations"."role" in ('admin', 'maintainer', 'member', 'viewer'))
);--> statement-breakpoint
ALTER TABLE "project_invitations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "project_members" (
	"project_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	CONSTRAINT "project_members_project_id_user_id_pk" PRIMARY KEY("project_id","user_id"),
	CONSTRAINT "project_members_role" CHECK ("project_members"."role" in ('owner', 'admin', 'maintainer', 'member', 'viewer'))
);--> statement-breakpoint
ALTER TABLE "project_members" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "codebase_analyses" DROP CONSTRAINT "codebase_analyses_owner_id_users_id_fk";--> statement-breakpoint
ALTER TABLE "codebase_corrections" DROP CONSTRAINT "codebase_corrections_owner_id_users_id_fk";--> statement-breakpoint
ALTER TABLE "codebase_files" DROP CONSTRAINT "codebase_files_owner_id_users_id_fk";--> statement-breakpoint
ALTER TABLE "codebase_packs" DROP CONSTRAINT "codebase_packs_owner_id_users_id_fk";--> statement-breakpoint
ALTER TABLE "codebase_snapshots" DROP CONSTRAINT "codebase_snapshots_owner_id_users_id_fk";--> statement-breakpoint
ALTER TABLE "codebase_vectors" DROP CONSTRAINT "codebase_vectors_owner_id_users_id_fk";--> statement-breakpoint
ALTER TABLE "job_questions" DROP CONSTRAINT "job_questions_owner_id_users_id_fk";--> statement-breakpoint
ALTER TABLE "job_steps" DROP CONSTRAINT "job_steps_owner_id_users_id_fk";--> statement-breakpoint
ALTER TABLE "live_events" DROP CONSTRAINT "live_events_owner_id_users_id_fk";--> statement-breakpoint
DROP INDEX "codebase_analyses_owner";--> statement-breakpoint
DROP INDEX "codebase_corrections_owner";--> statement-breakpoint
DROP INDEX "codebase_packs_owner";--> statement-breakpoint
DROP INDEX "codebase_snapshots_owner";--> statement-breakpoint
DROP INDEX "codebase_vectors_owner";--> statement-breakpoint
DROP INDEX "job_questions_owner";--> statement-breakpoint
DROP INDEX "job_steps_owner";--> statement-breakpoint
DROP INDEX "live_events_owner";--> statement-breakpoint
DROP INDEX "codebase_files_children";--> statement-breakpoint
DROP INDEX "codebase_files_skipped";--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "github_id" bigint;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "username" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "email" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "avatar_url" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "skill_level" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "goal" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "administrator" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "suspended_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "last_sign_in_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "updated_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "subject" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "subject_verified" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "live_topics" ADD COLUMN "project_id" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth_accounts" ADD CONSTRAINT "auth_accounts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth_sessions" ADD CONSTRAINT "auth_sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "project_invitations" ADD CONSTRAINT "project_invitations_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "project_members" ADD CONSTRAINT "project_members_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "project_members" ADD CONSTRAINT "project_members_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_keys_of_user" ON "api_keys" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "auth_accounts_of_user" ON "auth_accounts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "auth_accounts_by_provider" ON "auth_accounts" USING btree ("provider_id","account_id");--> statement-breakpoint
CREATE INDEX "auth_devices_by_end" ON "auth_devices" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "auth_sessions_of_user" ON "auth_sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "auth_sessions_by_end" ON "auth_sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "auth_verifications_by_identifier" ON "auth_verifications" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "auth_verifications_by_end" ON "auth_verifications" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "project_invitations_once" ON "project_invitations" USING btree ("project_id","github_id");--> statement-breakpoint
CREATE INDEX "project_invitations_of_person" ON "project_invitations" USING btree ("github_id");--> statement-breakpoint
CREATE INDEX "project_members_of_user" ON "project_members" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "project_members_one_owner" ON "project_members" USING btree ("project_id") WHERE role = 'owner';--> statement-breakpoint
CREATE INDEX "users_by_username" ON "users" USING btree (lower("username"));--> statement-breakpoint
CREATE INDEX "live_topics_project" ON "live_topics" USING btree ("project_id");--> statement-breakpoint
CREATE INDEX "codebase_files_children" ON "codebase_files" USING btree ("project_id","parent",(case when "kind" = 'directory' then 0 else 1 end),"path");--> statement-breakpoint
CREATE INDEX "codebase_files_skipped" ON "codebase_files" USING btree ("project_id","path") WHERE skipped is not null;--> statement-breakpoint
ALTER TABLE "codebase_analyses" DROP COLUMN "owner_id";--> statement-breakpoint
ALTER TABLE "codebase_corrections" DROP COLUMN "owner_id";--> statement-breakpoint
ALTER TABLE "codebase_files" DROP COLUMN "owner_id";--> statement-breakpoint
ALTER TABLE "codebase_packs" DROP COLUMN "owner_id";--> statement-breakpoint
ALTER TABLE "codebase_snapshots" DROP COLUMN "owner_id";--> statement-breakpoint
ALTER TABLE "codebase_vectors" DROP COLUMN "owner_id";--> statement-breakpoint
ALTER TABLE "job_questions" DROP COLUMN "owner_id";--> statement-breakpoint
ALTER TABLE "job_steps" DROP COLUMN "owner_id";--> statement-breakpoint
ALTER TABLE "live_events" DROP COLUMN "owner_id";--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_github_id_unique" UNIQUE("github_id");--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_subject_unique" UNIQUE("subject");--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_skill_level" CHECK ("users"."skill_level" in ('beginner', 'intermediate', 'advanced'));--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_goal" CHECK ("users"."goal" in ('build', 'work', 'learn'));--> statement-breakpoint
CREATE POLICY "administrators" ON "users" AS PERMISSIVE FOR ALL TO "yudai_app" USING ((select yudai_is_administrator())) WITH CHECK ((select yudai_is_administrator()));--> statement-breakpoint
CREATE POLICY "members" ON "codebase_analyses" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("codebase_analyses"."project_id" = any ((select yudai_projects('viewer'))::text[]));--> statement-breakpoint
CREATE POLICY "writers" ON "codebase_analyses" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("codebase_analyses"."project_id" = any ((select yudai_projects('member'))::text[])) WITH CHECK ("codebase_analyses"."project_id" = any ((select yudai_projects('member'))::text[]));--> statement-breakpoint
CREATE POLICY "members" ON "codebase_corrections" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("codebase_corrections"."project_id" = any ((select yudai_projects('viewer'))::text[]));--> statement-breakpoint
CREATE POLICY "writers" ON "codebase_corrections" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("codebase_corrections"."project_id" = any ((select yudai_projects('member'))::text[])) WITH CHECK ("codebase_corrections"."project_id" = any ((select yudai_projects('member'))::text[]));--> statement-breakpoint
CREATE POLICY "members" ON "codebase_files" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("codebase_files"."project_id" = any ((select yudai_projects('viewer'))::text[]));--> statement-breakpoint
CREATE POLICY "writers" ON "codebase_files" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("codebase_files"."project_id" = any ((select yudai_projects('member'))::text[])) WITH CHECK ("codebase_files"."project_id" = any ((select yudai_projects('member'))::text[]));--> statement-breakpoint
CREATE POLICY "members" ON "codebase_packs" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("codebase_packs"."project_id" = any ((select yudai_projects('viewer'))::text[]));--> statement-breakpoint
CREATE POLICY "writers" ON "codebase_packs" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("codebase_packs"."project_id" = any ((select yudai_projects('member'))::text[])) WITH CHECK ("codebase_packs"."project_id" = any ((select yudai_projects('member'))::text[]));--> statement-breakpoint
CREATE POLICY "members" ON "codebase_snapshots" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("codebase_snapshots"."project_id" = any ((select yudai_projects('viewer'))::text[]));--> statement-breakpoint
CREATE POLICY "writers" ON "codebase_snapshots" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("codebase_snapshots"."project_id" = any ((select yudai_projects('member'))::text[])) WITH CHECK ("codebase_snapshots"."project_id" = any ((select yudai_projects('member'))::text[]));--> statement-breakpoint
CREATE POLICY "members" ON "codebase_vectors" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("codebase_vectors"."project_id" = any ((select yudai_projects('viewer'))::text[]));--> statement-breakpoint
CREATE POLICY "writers" ON "codebase_vectors" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("codebase_vectors"."project_id" = any ((select yudai_projects('member'))::text[])) WITH CHECK ("codebase_vectors"."project_id" = any ((select yudai_projects('member'))::text[]));--> statement-breakpoint
CREATE POLICY "members" ON "projects" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("projects"."owner_id" = (select current_setting('app.user_id', true)) or "projects"."id" = any ((select yudai_projects('viewer'))::text[]));--> statement-breakpoint
CREATE POLICY "makers" ON "projects" AS PERMISSIVE FOR INSERT TO "yudai_app" WITH CHECK ("projects"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "writers" ON "projects" AS PERMISSIVE FOR UPDATE TO "yudai_app" USING ("projects"."owner_id" = (select current_setting('app.user_id', true)) or "projects"."id" = any ((select yudai_projects('member'))::text[])) WITH CHECK ("projects"."owner_id" = (select current_setting('app.user_id', true)) or "projects"."id" = any ((select yudai_projects('member'))::text[]));--> statement-breakpoint
CREATE POLICY "parent" ON "job_questions" AS PERMISSIVE FOR ALL TO "yudai_app" USING (exists (select from jobs where jobs.id = "job_questions"."job_id")) WITH CHECK (exists (select from jobs where jobs.id = "job_questions"."job_id"));--> statement-breakpoint
CREATE POLICY "parent" ON "job_steps" AS PERMISSIVE FOR ALL TO "yudai_app" USING (exists (select from jobs where jobs.id = "job_steps"."job_id")) WITH CHECK (exists (select from jobs where jobs.id = "job_steps"."job_id"));--> statement-breakpoint
CREATE POLICY "members" ON "jobs" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("jobs"."owner_id" = (select current_setting('app.user_id', true)) or "jobs"."project_id" = any ((select yudai_projects('viewer'))::text[]));--> statement-breakpoint
CREATE POLICY "writers" ON "jobs" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("jobs"."owner_id" = (select current_setting('app.user_id', true)) or "jobs"."project_id" = any ((select yudai_projects('member'))::text[])) WITH CHECK ("jobs"."owner_id" = (select current_setting('app.user_id', true)) or "jobs"."project_id" = any ((select yudai_projects('member'))::text[]));--> statement-breakpoint
CREATE POLICY "parent" ON "live_events" AS PERMISSIVE FOR ALL TO "yudai_app" USING (exists (select from live_topics where live_topics.topic = "live_events"."topic")) WITH CHECK (exists (select from live_topics where live_topics.topic = "live_events"."topic"));--> statement-breakpoint
CREATE POLICY "members" ON "live_topics" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("live_topics"."owner_id" = (select current_setting('app.user_id', true)) or "live_topics"."project_id" = any ((select yudai_projects('viewer'))::text[]));--> statement-breakpoint
CREATE POLICY "writers" ON "live_topics" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("live_topics"."owner_id" = (select current_setting('app.user_id', true)) or "live_topics"."project_id" = any ((select yudai_projects('member'))::text[])) WITH CHECK ("live_topics"."owner_id" = (select current_setting('app.user_id', true)) or "live_topics"."project_id" = any ((select yudai_projects('member'))::text[]));--> statement-breakpoint
CREATE POLICY "owner" ON "projects" AS PERMISSIVE FOR DELETE TO "yudai_app" USING ("projects"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "owner" ON "api_keys" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("api_keys"."user_id" = (select current_setting('app.user_id', true))) WITH CHECK ("api_keys"."user_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "api_keys" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "system" ON "auth_accounts" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "system" ON "auth_devices" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "owner" ON "auth_sessions" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("auth_sessions"."user_id" = (select current_setting('app.user_id', true))) WITH CHECK ("auth_sessions"."user_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "auth_sessions" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "system" ON "auth_verifications" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "invited" ON "project_invitations" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("project_invitations"."github_id" = (select github_id from users where "users"."id" = (select current_setting('app.user_id', true))));--> statement-breakpoint
CREATE POLICY "answer" ON "project_invitations" AS PERMISSIVE FOR DELETE TO "yudai_app" USING ("project_invitations"."github_id" = (select github_id from users where "users"."id" = (select current_setting('app.user_id', true))));--> statement-breakpoint
CREATE POLICY "managers" ON "project_invitations" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("project_invitations"."project_id" = any ((select yudai_projects('admin'))::text[])) WITH CHECK ("project_invitations"."project_id" = any ((select yudai_projects('admin'))::text[]));--> statement-breakpoint
CREATE POLICY "system" ON "project_invitations" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "members" ON "project_members" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("project_members"."project_id" = any ((select yudai_projects('viewer'))::text[]));--> statement-breakpoint
CREATE POLICY "managers" ON "project_members" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("project_members"."project_id" = any ((select yudai_projects('admin'))::text[])) WITH CHECK ("project_members"."project_id" = any ((select yudai_projects('admin'))::text[]));--> statement-breakpoint
CREATE POLICY "leave" ON "project_members" AS PERMISSIVE FOR DELETE TO "yudai_app" USING ("project_members"."user_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "own" ON "project_members" AS PERMISSIVE FOR INSERT TO "yudai_app" WITH CHECK ("project_members"."user_id" = (select current_setting('app.user_id', true)) and "project_members"."role" = 'owner' and exists (
        select from projects where projects.id = "project_members"."project_id" and "projects"."owner_id" = (select current_setting('app.user_id', true))));--> statement-breakpoint
CREATE POLICY "accept" ON "project_members" AS PERMISSIVE FOR INSERT TO "yudai_app" WITH CHECK ("project_members"."user_id" = (select current_setting('app.user_id', true)) and exists (
        select from project_invitations invited where invited.project_id = "project_members"."project_id" and invited.role = "project_members"."role"
          and invited.expires_at > now() and invited.github_id = (select github_id from users where "users"."id" = (select current_setting('app.user_id', true)))));--> statement-breakpoint
CREATE POLICY "system" ON "project_members" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');
