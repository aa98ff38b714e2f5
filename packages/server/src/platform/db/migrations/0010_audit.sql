CREATE TABLE "audit_entries" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"via" text NOT NULL,
	"action" text NOT NULL,
	"target_kind" text,
	"target_id" text,
	"project_id" text,
	"address" text,
	"request_id" text,
	"details" jsonb NOT NULL,
	"body" text NOT NULL,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "audit_entries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit_head" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_head_one" CHECK ("audit_head"."one")
);
--> statement-breakpoint
CREATE INDEX "audit_entries_actor" ON "audit_entries" USING btree ("actor_id","seq");--> statement-breakpoint
CREATE INDEX "audit_entries_project" ON "audit_entries" USING btree ("project_id","seq");--> statement-breakpoint
CREATE INDEX "audit_entries_action" ON "audit_entries" USING btree ("action","seq");--> statement-breakpoint
CREATE INDEX "audit_entries_at" ON "audit_entries" USING btree ("at");--> statement-breakpoint
CREATE POLICY "own" ON "audit_entries" AS PERMISSIVE FOR SELECT TO "yudai_app" USING ("audit_entries"."actor_id" = (select current_setting('app.user_id', true)));--> statement-breakpoint
CREATE POLICY "system" ON "audit_entries" AS PERMISSIVE FOR SELECT TO "yudai_system" USING (current_user = 'yudai_system');--> statement-breakpoint
CREATE POLICY "append" ON "audit_entries" AS PERMISSIVE FOR INSERT TO public WITH CHECK (current_user not in ('yudai_app', 'yudai_system'));