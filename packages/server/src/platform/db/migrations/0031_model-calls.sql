CREATE TABLE "model_calls" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"project_id" text,
	"job_id" text,
	"session_id" text,
	"role" text NOT NULL,
	"model" text NOT NULL,
	"outcome" text NOT NULL,
	"input_tokens" integer NOT NULL,
	"cached_tokens" integer NOT NULL,
	"output_tokens" integer NOT NULL,
	"reasoning_tokens" integer NOT NULL,
	"cost_micros" bigint,
	"ms" integer NOT NULL,
	"first_token_ms" integer,
	"attempts" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "model_calls_counts" CHECK ("model_calls"."input_tokens" >= 0 and "model_calls"."output_tokens" >= 0 and "model_calls"."attempts" >= 0)
);
--> statement-breakpoint
ALTER TABLE "model_calls" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "model_calls" ADD CONSTRAINT "model_calls_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "model_calls_of_owner" ON "model_calls" USING btree ("owner_id","at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "model_calls_of_project" ON "model_calls" USING btree ("project_id","at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "model_calls_by_age" ON "model_calls" USING btree ("at");--> statement-breakpoint
CREATE POLICY "members" ON "model_calls" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("model_calls"."owner_id" = (select current_setting('app.user_id', true)) or "model_calls"."project_id" in (select unnest(yudai_projects('viewer'))));--> statement-breakpoint
CREATE POLICY "owner" ON "model_calls" AS PERMISSIVE FOR INSERT TO "yudai_app" WITH CHECK ("model_calls"."owner_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "model_calls" AS PERMISSIVE FOR ALL TO "yudai_system" USING (current_user = 'yudai_system') WITH CHECK (current_user = 'yudai_system');