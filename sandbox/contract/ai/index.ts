import { z } from "zod";
import { call, type DocumentedCall } from "../call.ts";
import { contractOfOwnSchemas, type OwnOperation } from "../own-schemas.ts";

const text = z.string();
const whole = z.int();

/** The form of a refusal: ErrorObject in OpenAI's document; the openai package reads it in core/error.ts. */
const refusal = z.strictObject({
  error: z.strictObject({ message: text, type: text, param: text.nullable(), code: text.nullable() }),
});

/** resources/models.ts, Model. */
const model = z.strictObject({ id: text, object: z.literal("model"), created: whole, owned_by: text });

/** resources/chat/completions/completions.ts, ChatCompletion, without what comes from tools, audio and streaming. */
const completion = z.strictObject({
  id: text,
  object: z.literal("chat.completion"),
  created: whole,
  model: text,
  choices: z.array(
    z.strictObject({
      index: whole,
      finish_reason: z.enum(["stop", "length", "tool_calls", "content_filter", "function_call"]),
      logprobs: z.null(),
      message: z.strictObject({
        role: z.literal("assistant"),
        content: text.nullable(),
        refusal: text.nullable(),
        annotations: z.array(z.never()).optional(),
      }),
    }),
  ),
  usage: z.strictObject({ prompt_tokens: whole, completion_tokens: whole, total_tokens: whole }).optional(),
  service_tier: z.enum(["auto", "default", "flex", "scale", "priority"]).nullish(),
  system_fingerprint: text.optional(),
});

const operations: Readonly<Record<string, OwnOperation>> = {
  "Models.list": { status: 200, answer: z.strictObject({ object: z.literal("list"), data: z.array(model) }) },
  "Models.retrieve": { status: 200, answer: model },
  "Chat.Completions.create": { status: 200, answer: completion },
};

const document = "schemas written here from the types of the openai package, `resources/chat/completions`";

const calls: readonly DocumentedCall[] = [
  call("GET", "/v1/models", "Models.list", { leftOut: "one model, whose name does not matter" }),
  call("GET", "/v1/models/{model}", "Models.retrieve", { leftOut: "every model that is asked for exists" }),
  call("POST", "/v1/chat/completions", "Chat.Completions.create", {
    leftOut: "answers are fixed by the question; no streaming, no tools",
  }),
];

export const ai = contractOfOwnSchemas(document, calls, operations, refusal);
