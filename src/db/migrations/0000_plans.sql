-- undo: DROP TABLE tasks, modules, plans; (the plans are lost)
CREATE TABLE "modules" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"plan_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"title" text NOT NULL,
	CONSTRAINT "modules_plan_position" UNIQUE("plan_id","position")
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"id" uuid PRIMARY KEY NOT NULL,
	"topic" text NOT NULL,
	"skill_level" text NOT NULL,
	"status" text NOT NULL,
	"job_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "plans_skill_level_known" CHECK ("plans"."skill_level" in ('beginner', 'intermediate', 'advanced')),
	CONSTRAINT "plans_status_known" CHECK ("plans"."status" in ('pending', 'generating', 'ready', 'failed'))
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"module_id" bigint NOT NULL,
	"position" integer NOT NULL,
	"title" text NOT NULL,
	CONSTRAINT "tasks_module_position" UNIQUE("module_id","position")
);
--> statement-breakpoint
ALTER TABLE "modules" ADD CONSTRAINT "modules_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_module_id_modules_id_fk" FOREIGN KEY ("module_id") REFERENCES "public"."modules"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "plans_unfinished" ON "plans" USING btree ("job_id") WHERE "plans"."status" in ('pending', 'generating');
