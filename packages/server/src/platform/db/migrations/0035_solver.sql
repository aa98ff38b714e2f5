CREATE TABLE "solve_changes" (
	"solve_id" text NOT NULL,
	"project_id" text NOT NULL,
	"attempt" integer NOT NULL,
	"tree" text NOT NULL,
	"patch" "bytea" NOT NULL,
	"files" jsonb NOT NULL,
	CONSTRAINT "solve_changes_solve_id_attempt_pk" PRIMARY KEY("solve_id","attempt")
);
--> statement-breakpoint
ALTER TABLE "solve_changes" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "solve_evidence" (
	"solve_id" text NOT NULL,
	"project_id" text NOT NULL,
	"id" text NOT NULL,
	"number" integer NOT NULL,
	"record" jsonb NOT NULL,
	CONSTRAINT "solve_evidence_solve_id_id_pk" PRIMARY KEY("solve_id","id")
);
--> statement-breakpoint
ALTER TABLE "solve_evidence" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "solve_notes" (
	"solve_id" text NOT NULL,
	"project_id" text NOT NULL,
	"number" integer NOT NULL,
	"author_id" text,
	"body" text NOT NULL,
	"interrupts" boolean NOT NULL,
	"heard_by" jsonb,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "solve_notes_solve_id_number_pk" PRIMARY KEY("solve_id","number")
);
--> statement-breakpoint
ALTER TABLE "solve_notes" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "solve_stages" (
	"solve_id" text NOT NULL,
	"project_id" text NOT NULL,
	"key" text NOT NULL,
	"run" jsonb,
	"parts" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "solve_stages_solve_id_key_pk" PRIMARY KEY("solve_id","key")
);
--> statement-breakpoint
ALTER TABLE "solve_stages" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "solve_taken" (
	"solve_id" text NOT NULL,
	"project_id" text NOT NULL,
	"path" text NOT NULL,
	"content" text,
	CONSTRAINT "solve_taken_solve_id_path_pk" PRIMARY KEY("solve_id","path")
);
--> statement-breakpoint
ALTER TABLE "solve_taken" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "solver_findings" (
	"project_id" text PRIMARY KEY NOT NULL,
	"tree" text NOT NULL,
	"detected" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "solver_findings" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "solver_settings" (
	"project_id" text PRIMARY KEY NOT NULL,
	"settings" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "solver_settings" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "solves" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"owner_id" text NOT NULL,
	"issue_id" text NOT NULL,
	"job_id" text,
	"parent_id" text,
	"title" text NOT NULL,
	"status" text NOT NULL,
	"outcome" text,
	"reason" text DEFAULT '' NOT NULL,
	"stage" text,
	"steps" integer DEFAULT 0 NOT NULL,
	"cost_micros" bigint DEFAULT 0 NOT NULL,
	"additions" integer DEFAULT 0 NOT NULL,
	"deletions" integer DEFAULT 0 NOT NULL,
	"tests" jsonb,
	"settings" jsonb NOT NULL,
	"base" jsonb NOT NULL,
	"note" text,
	"state" jsonb NOT NULL,
	"plan_version" integer DEFAULT 0 NOT NULL,
	"begun_with" jsonb,
	"chosen" integer,
	"changed" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"follow_up" integer DEFAULT 0 NOT NULL,
	"branch" text,
	"pull_request" jsonb,
	"repository_id" bigint,
	"published" jsonb,
	"publishing" jsonb,
	"publishing_job_id" text,
	"failure" jsonb,
	"stream_seq" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "solves_status" CHECK ("solves"."status" in ('queued', 'running', 'waiting_for_input', 'finished')),
	CONSTRAINT "solves_outcome" CHECK ("solves"."outcome" is null or "solves"."outcome" in ('solved', 'unsolved', 'needs_input', 'cancelled', 'failed')),
	CONSTRAINT "solves_finished" CHECK (("solves"."status" = 'finished') = ("solves"."outcome" is not null))
);
--> statement-breakpoint
ALTER TABLE "solves" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "issues" DROP CONSTRAINT "issues_origin";--> statement-breakpoint
ALTER TABLE "solve_changes" ADD CONSTRAINT "solve_changes_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "solve_changes" ADD CONSTRAINT "solve_changes_solve_id_solves_id_fk" FOREIGN KEY ("solve_id") REFERENCES "public"."solves"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "solve_evidence" ADD CONSTRAINT "solve_evidence_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "solve_evidence" ADD CONSTRAINT "solve_evidence_solve_id_solves_id_fk" FOREIGN KEY ("solve_id") REFERENCES "public"."solves"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "solve_notes" ADD CONSTRAINT "solve_notes_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "solve_notes" ADD CONSTRAINT "solve_notes_author_id_users_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "solve_notes" ADD CONSTRAINT "solve_notes_solve_id_solves_id_fk" FOREIGN KEY ("solve_id") REFERENCES "public"."solves"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "solve_stages" ADD CONSTRAINT "solve_stages_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "solve_stages" ADD CONSTRAINT "solve_stages_solve_id_solves_id_fk" FOREIGN KEY ("solve_id") REFERENCES "public"."solves"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "solve_taken" ADD CONSTRAINT "solve_taken_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "solve_taken" ADD CONSTRAINT "solve_taken_solve_id_solves_id_fk" FOREIGN KEY ("solve_id") REFERENCES "public"."solves"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "solver_findings" ADD CONSTRAINT "solver_findings_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "solver_settings" ADD CONSTRAINT "solver_settings_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "solves" ADD CONSTRAINT "solves_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "solves" ADD CONSTRAINT "solves_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "solves" ADD CONSTRAINT "solves_issue_id_issues_id_fk" FOREIGN KEY ("issue_id") REFERENCES "public"."issues"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "solves" ADD CONSTRAINT "solves_parent_id_solves_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."solves"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "solve_changes_of_project" ON "solve_changes" USING btree ("project_id");--> statement-breakpoint
CREATE INDEX "solve_evidence_in_order" ON "solve_evidence" USING btree ("solve_id","number");--> statement-breakpoint
CREATE INDEX "solve_evidence_of_project" ON "solve_evidence" USING btree ("project_id");--> statement-breakpoint
CREATE INDEX "solve_notes_of_author" ON "solve_notes" USING btree ("author_id");--> statement-breakpoint
CREATE INDEX "solve_notes_of_project" ON "solve_notes" USING btree ("project_id");--> statement-breakpoint
CREATE INDEX "solve_stages_of_project" ON "solve_stages" USING btree ("project_id");--> statement-breakpoint
CREATE INDEX "solve_taken_of_project" ON "solve_taken" USING btree ("project_id");--> statement-breakpoint
CREATE INDEX "solves_of_project" ON "solves" USING btree ("project_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "solves_of_owner" ON "solves" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "solves_of_issue" ON "solves" USING btree ("issue_id");--> statement-breakpoint
CREATE INDEX "solves_of_parent" ON "solves" USING btree ("parent_id");--> statement-breakpoint
CREATE INDEX "solves_of_job" ON "solves" USING btree ("job_id");--> statement-breakpoint
CREATE INDEX "solves_of_branch" ON "solves" USING btree ("repository_id","branch");--> statement-breakpoint
ALTER TABLE "issues" ADD CONSTRAINT "issues_origin" CHECK ("issues"."origin" in ('hand', 'text', 'session', 'message', 'cards', 'idea', 'github'));--> statement-breakpoint
CREATE POLICY "members" ON "solve_changes" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("solve_changes"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
CREATE POLICY "writers" ON "solve_changes" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("solve_changes"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("solve_changes"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
CREATE POLICY "system" ON "solve_changes" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "members" ON "solve_evidence" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("solve_evidence"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
CREATE POLICY "writers" ON "solve_evidence" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("solve_evidence"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("solve_evidence"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
CREATE POLICY "system" ON "solve_evidence" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "members" ON "solve_notes" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("solve_notes"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
CREATE POLICY "writers" ON "solve_notes" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("solve_notes"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("solve_notes"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
CREATE POLICY "system" ON "solve_notes" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "members" ON "solve_stages" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("solve_stages"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
CREATE POLICY "writers" ON "solve_stages" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("solve_stages"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("solve_stages"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
CREATE POLICY "system" ON "solve_stages" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "members" ON "solve_taken" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("solve_taken"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
CREATE POLICY "writers" ON "solve_taken" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("solve_taken"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("solve_taken"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
CREATE POLICY "system" ON "solve_taken" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "members" ON "solver_findings" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("solver_findings"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
CREATE POLICY "writers" ON "solver_findings" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("solver_findings"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("solver_findings"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
CREATE POLICY "system" ON "solver_findings" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "members" ON "solver_settings" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("solver_settings"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
CREATE POLICY "writers" ON "solver_settings" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("solver_settings"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("solver_settings"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
CREATE POLICY "system" ON "solver_settings" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "members" ON "solves" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("solves"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
CREATE POLICY "writers" ON "solves" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("solves"."project_id" in (select unnest(yudai_projects('member')))) WITH CHECK ("solves"."project_id" in (select unnest(yudai_projects('member'))));--> statement-breakpoint
CREATE POLICY "system" ON "solves" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');