import { z } from "zod";

const title = z.string().trim().min(1).max(300);

/** What the model has to answer: enough for a plan, and no more than a page can show. */
export const planDraftSchema = z.object({
  modules: z
    .array(z.object({ title, tasks: z.array(z.object({ title })).min(1).max(50) }))
    .min(1)
    .max(50),
});

export type PlanDraft = z.infer<typeof planDraftSchema>;
