CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"local_owner" boolean,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "users_local_owner_unique" UNIQUE("local_owner")
);
--> statement-breakpoint
ALTER TABLE "users" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "job_questions" (
	"job_id" text NOT NULL,
	"key" text NOT NULL,
	"owner_id" text NOT NULL,
	"questions" jsonb NOT NULL,
	"answers" jsonb,
	"asked_at" timestamp with time zone NOT NULL,
	"answered_at" timestamp with time zone,
	CONSTRAINT "job_questions_job_id_key_pk" PRIMARY KEY("job_id","key")
);
--> statement-breakpoint
ALTER TABLE "job_questions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "job_steps" (
	"job_id" text NOT NULL,
	"name" text NOT NULL,
	"owner_id" text NOT NULL,
	"number" integer NOT NULL,
	"status" text NOT NULL,
	"attempt" integer NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"error" jsonb,
	CONSTRAINT "job_steps_job_id_name_pk" PRIMARY KEY("job_id","name"),
	CONSTRAINT "job_steps_status" CHECK (status in ('running', 'completed', 'failed', 'cancelled'))
);
--> statement-breakpoint
ALTER TABLE "job_steps" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"project_id" text,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"payload" jsonb NOT NULL,
	"status" text NOT NULL,
	"progress" integer DEFAULT 0 NOT NULL,
	"message" text,
	"questions" jsonb,
	"question_key" text,
	"result" jsonb,
	"error" jsonb,
	"cost_micros" bigint DEFAULT 0 NOT NULL,
	"budget_micros" bigint,
	"attempt" integer DEFAULT 0 NOT NULL,
	"stalls" integer DEFAULT 0 NOT NULL,
	"cancel_requested" boolean DEFAULT false NOT NULL,
	"retry_of" text,
	"origin_node" text NOT NULL,
	"node_id" text,
	"run_token" text,
	"remaining_ms" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"deadline_at" timestamp with time zone,
	"pruned_at" timestamp with time zone,
	CONSTRAINT "jobs_status" CHECK (status in ('queued', 'running', 'waiting_for_input', 'completed', 'failed', 'cancelled')),
	CONSTRAINT "jobs_progress" CHECK ("jobs"."progress" between 0 and 100),
	CONSTRAINT "jobs_finished" CHECK (("jobs"."finished_at" is not null) = ("jobs"."status" in ('completed', 'failed', 'cancelled'))),
	CONSTRAINT "jobs_waiting" CHECK (("jobs"."questions" is not null) = ("jobs"."status" = 'waiting_for_input')),
	CONSTRAINT "jobs_running" CHECK ("jobs"."status" <> 'running' or ("jobs"."node_id" is not null and "jobs"."run_token" is not null))
);
--> statement-breakpoint
ALTER TABLE "jobs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "nodes" (
	"id" text PRIMARY KEY NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "live_events" (
	"topic" text NOT NULL,
	"seq" bigint NOT NULL,
	"owner_id" text NOT NULL,
	"type" text NOT NULL,
	"data" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "live_events_topic_seq_pk" PRIMARY KEY("topic","seq")
);
--> statement-breakpoint
ALTER TABLE "live_events" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "live_topics" (
	"topic" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"last_seq" bigint NOT NULL,
	"pruned_seq" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "live_topics" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "job_questions" ADD CONSTRAINT "job_questions_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_questions" ADD CONSTRAINT "job_questions_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_steps" ADD CONSTRAINT "job_steps_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_steps" ADD CONSTRAINT "job_steps_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "live_events" ADD CONSTRAINT "live_events_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "live_events" ADD CONSTRAINT "live_events_topic_live_topics_topic_fk" FOREIGN KEY ("topic") REFERENCES "public"."live_topics"("topic") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "live_topics" ADD CONSTRAINT "live_topics_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "job_questions_owner" ON "job_questions" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "job_steps_owner" ON "job_steps" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "jobs_of_owner" ON "jobs" USING btree ("owner_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "jobs_by_status" ON "jobs" USING btree ("status","created_at");--> statement-breakpoint
CREATE INDEX "jobs_of_project" ON "jobs" USING btree ("project_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "jobs_queue" ON "jobs" USING btree ("kind","owner_id","created_at","id") WHERE status = 'queued';--> statement-breakpoint
CREATE INDEX "jobs_to_prune" ON "jobs" USING btree ("finished_at") WHERE finished_at is not null;--> statement-breakpoint
CREATE INDEX "live_events_owner" ON "live_events" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "live_events_at" ON "live_events" USING btree ("at");--> statement-breakpoint
CREATE INDEX "live_topics_owner" ON "live_topics" USING btree ("owner_id");--> statement-breakpoint
CREATE POLICY "owner" ON "users" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("users"."id" = (select current_setting('app.user_id', true))) WITH CHECK ("users"."id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "users" AS PERMISSIVE FOR ALL TO "yudai_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "owner" ON "job_questions" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("job_questions"."owner_id" = (select current_setting('app.user_id', true))) WITH CHECK ("job_questions"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "job_questions" AS PERMISSIVE FOR ALL TO "yudai_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "owner" ON "job_steps" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("job_steps"."owner_id" = (select current_setting('app.user_id', true))) WITH CHECK ("job_steps"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "job_steps" AS PERMISSIVE FOR ALL TO "yudai_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "owner" ON "jobs" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("jobs"."owner_id" = (select current_setting('app.user_id', true))) WITH CHECK ("jobs"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "jobs" AS PERMISSIVE FOR ALL TO "yudai_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "owner" ON "live_events" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("live_events"."owner_id" = (select current_setting('app.user_id', true))) WITH CHECK ("live_events"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "live_events" AS PERMISSIVE FOR ALL TO "yudai_system" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "owner" ON "live_topics" AS PERMISSIVE FOR ALL TO "yudai_app" USING ("live_topics"."owner_id" = (select current_setting('app.user_id', true))) WITH CHECK ("live_topics"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "live_topics" AS PERMISSIVE FOR ALL TO "yudai_system" USING (true) WITH CHECK (true);