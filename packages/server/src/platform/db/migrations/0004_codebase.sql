CREATE TABLE "codebase_analyses" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"project_id" text NOT NULL,
	"job_id" text NOT NULL,
	"status" text NOT NULL,
	"ref" text,
	"commit" text,
	"created_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"failure" jsonb,
	"summary" jsonb,
	CONSTRAINT "codebase_analyses_status" CHECK ("codebase_analyses"."status" in ('pending', 'running', 'completed', 'failed', 'cancelled'))
);
--> statement-breakpoint
ALTER TABLE "codebase_analyses" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "codebase_files" (
	"project_id" text NOT NULL,
	"owner_id" text NOT NULL,
	"path" text NOT NULL,
	"parent" text NOT NULL,
	"kind" text NOT NULL,
	"blob" text,
	"size" bigint NOT NULL,
	"tokens" bigint NOT NULL,
	"files" integer NOT NULL,
	"lines" integer NOT NULL,
	"language" text,
	"category" text,
	"skipped" text,
	"facts" text,
	CONSTRAINT "codebase_files_project_id_path_pk" PRIMARY KEY("project_id","path"),
	CONSTRAINT "codebase_files_kind" CHECK ("codebase_files"."kind" in ('directory', 'file', 'symlink', 'submodule'))
);
--> statement-breakpoint
ALTER TABLE "codebase_files" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "codebase_packs" (
	"project_id" text NOT NULL,
	"owner_id" text NOT NULL,
	"id" text NOT NULL,
	"version" integer NOT NULL,
	"keys" text[] NOT NULL,
	"bytes" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "codebase_packs_project_id_id_pk" PRIMARY KEY("project_id","id")
);
--> statement-breakpoint
ALTER TABLE "codebase_packs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "codebase_snapshots" (
	"project_id" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"tree" text NOT NULL,
	"commit" text,
	"ref" text,
	"facts_version" integer NOT NULL,
	"analysis_id" text NOT NULL,
	"graph" "bytea"
);
--> statement-breakpoint
ALTER TABLE "codebase_snapshots" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "codebase_vectors" (
	"project_id" text NOT NULL,
	"owner_id" text NOT NULL,
	"blob" text NOT NULL,
	"start_line" integer NOT NULL,
	"end_line" integer NOT NULL,
	"model" text NOT NULL,
	"embedding" vector(384) NOT NULL,
	CONSTRAINT "codebase_vectors_project_id_model_blob_start_line_pk" PRIMARY KEY("project_id","model","blob","start_line")
);
--> statement-breakpoint
ALTER TABLE "codebase_vectors" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "codebase_analyses" ADD CONSTRAINT "codebase_analyses_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "codebase_analyses" ADD CONSTRAINT "codebase_analyses_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "codebase_files" ADD CONSTRAINT "codebase_files_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "codebase_files" ADD CONSTRAINT "codebase_files_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "codebase_packs" ADD CONSTRAINT "codebase_packs_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "codebase_packs" ADD CONSTRAINT "codebase_packs_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "codebase_snapshots" ADD CONSTRAINT "codebase_snapshots_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "codebase_snapshots" ADD CONSTRAINT "codebase_snapshots_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "codebase_vectors" ADD CONSTRAINT "codebase_vectors_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "codebase_vectors" ADD CONSTRAINT "codebase_vectors_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "codebase_analyses_of_job" ON "codebase_analyses" USING btree ("job_id");--> statement-breakpoint
CREATE INDEX "codebase_analyses_of_project" ON "codebase_analyses" USING btree ("project_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "codebase_analyses_owner" ON "codebase_analyses" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "codebase_files_children" ON "codebase_files" USING btree ("project_id","parent",(case when "kind" = 'directory' then 0 else 1 end),"path");--> statement-breakpoint
CREATE INDEX "codebase_files_skipped" ON "codebase_files" USING btree ("project_id","path") WHERE skipped is not null;--> statement-breakpoint
CREATE INDEX "codebase_files_path" ON "codebase_files" USING gin ("path" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "codebase_files_owner" ON "codebase_files" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "codebase_packs_owner" ON "codebase_packs" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "codebase_snapshots_owner" ON "codebase_snapshots" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "codebase_vectors_nearest" ON "codebase_vectors" USING hnsw ("embedding" vector_cosine_ops);--> statement-breakpoint
CREATE INDEX "codebase_vectors_owner" ON "codebase_vectors" USING btree ("owner_id");--> statement-breakpoint
CREATE POLICY "owner" ON "codebase_analyses" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("codebase_analyses"."owner_id" = (select current_setting('app.user_id', true))) WITH CHECK ("codebase_analyses"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "codebase_analyses" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "owner" ON "codebase_files" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("codebase_files"."owner_id" = (select current_setting('app.user_id', true))) WITH CHECK ("codebase_files"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "codebase_files" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "owner" ON "codebase_packs" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("codebase_packs"."owner_id" = (select current_setting('app.user_id', true))) WITH CHECK ("codebase_packs"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "codebase_packs" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "owner" ON "codebase_snapshots" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("codebase_snapshots"."owner_id" = (select current_setting('app.user_id', true))) WITH CHECK ("codebase_snapshots"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "codebase_snapshots" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "owner" ON "codebase_vectors" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("codebase_vectors"."owner_id" = (select current_setting('app.user_id', true))) WITH CHECK ("codebase_vectors"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "codebase_vectors" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');