import { type PlanDraft, planDraftSchema } from "./plan-draft.ts";
import OpenAI from "openai";

export interface AiSettings {
  readonly apiKey: string;
  /** Of an OpenAI-compatible endpoint. @default OpenAI's own */
  readonly baseUrl: string | undefined;
  readonly model: string;
}

/** The model answered something that is not a plan. */
export class BadAnswerError extends Error {
  override readonly name = "BadAnswerError";
}

/** Turns instructions and a request into a plan. Aborting `signal` ends the call at once. */
export type DraftPlan = (instructions: string, request: string, signal: AbortSignal) => Promise<PlanDraft>;

const form =
  'Answer with one JSON object of this form and nothing else: {"modules":[{"title":"…","tasks":[{"title":"…"}]}]}';

/**
 * One call may take 30 s and is tried twice; further tries are the queue's business, which survives a restart and
 * waits longer in between.
 */
export function openDraftPlan(settings: AiSettings): DraftPlan {
  const client = new OpenAI({
    apiKey: settings.apiKey,
    baseURL: settings.baseUrl ?? null,
    timeout: 30_000,
    maxRetries: 1,
  });
  return async (instructions, request, signal) => {
    const completion = await client.chat.completions.create(
      {
        model: settings.model,
        response_format: { type: "json_object" },
        messages: [
          { role: "system", content: `${instructions}\n${form}` },
          { role: "user", content: request },
        ],
      },
      { signal },
    );
    return parseDraft(completion.choices[0]?.message.content ?? "");
  };
}

/** Reads a model's answer; models like to wrap JSON into a fenced block. */
export function parseDraft(content: string): PlanDraft {
  const text = content.trim().replace(/^```(?:json)?\s*([\s\S]*?)\s*```$/, "$1");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new BadAnswerError(`The model's answer is not JSON (${text.length} characters)`, { cause: error });
  }
  const result = planDraftSchema.safeParse(json);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join(".") || "answer"}: ${issue.message}`);
  throw new BadAnswerError(`The model's answer is not a plan: ${faults.slice(0, 5).join("; ")}`);
}

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
