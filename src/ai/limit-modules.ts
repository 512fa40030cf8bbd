import type { DraftPlan } from "./draft-plan.ts";

/** Asks for no more modules than that, and leaves out what a model answers beyond. */
export function limitModules(maxModules: number, draftPlan: DraftPlan): DraftPlan {
  return async (instructions, request, signal) => {
    const draft = await draftPlan(
      `${instructions} Never make more than ${maxModules} module${maxModules === 1 ? "" : "s"}.`,
      request,
      signal,
    );
    return { ...draft, modules: draft.modules.slice(0, maxModules) };
  };
}
