import { z } from "zod";

const plain = <Type extends string>(type: Type) => z.strictObject({ type: z.literal(type) });
const names = z.array(z.string());

/**
 * A rule as the vendor documents it; rules on names and messages by pattern, on files, workflows, code scanning and
 * Copilot's reviews are left out and refused.
 */
export const rule = z.discriminatedUnion("type", [
  plain("creation"),
  plain("deletion"),
  plain("required_linear_history"),
  plain("required_signatures"),
  plain("non_fast_forward"),
  z.strictObject({
    type: z.literal("update"),
    parameters: z.strictObject({ update_allows_fetch_and_merge: z.boolean() }).optional(),
  }),
  z.strictObject({
    type: z.literal("required_deployments"),
    parameters: z.strictObject({ required_deployment_environments: names }),
  }),
  z.strictObject({
    type: z.literal("pull_request"),
    parameters: z.strictObject({
      allowed_merge_methods: z
        .array(z.enum(["merge", "squash", "rebase"]))
        .default(["merge", "squash", "rebase"]),
      dismiss_stale_reviews_on_push: z.boolean(),
      require_code_owner_review: z.boolean(),
      require_last_push_approval: z.boolean(),
      required_approving_review_count: z.number().int().min(0).max(10),
      required_review_thread_resolution: z.boolean(),
      required_reviewers: z.array(z.never()).optional(),
    }),
  }),
  z.strictObject({
    type: z.literal("required_status_checks"),
    parameters: z.strictObject({
      required_status_checks: z.array(
        z.strictObject({ context: z.string(), integration_id: z.number().int().optional() }),
      ),
      strict_required_status_checks_policy: z.boolean(),
      do_not_enforce_on_create: z.boolean().optional(),
    }),
  }),
  z.strictObject({
    type: z.literal("merge_queue"),
    parameters: z.strictObject({
      check_response_timeout_minutes: z.number().int().min(1).max(360),
      grouping_strategy: z.enum(["ALLGREEN", "HEADGREEN"]),
      max_entries_to_build: z.number().int().min(0).max(100),
      max_entries_to_merge: z.number().int().min(0).max(100),
      merge_method: z.enum(["MERGE", "SQUASH", "REBASE"]),
      min_entries_to_merge: z.number().int().min(0).max(100),
      min_entries_to_merge_wait_minutes: z.number().int().min(0).max(360),
    }),
  }),
]);
