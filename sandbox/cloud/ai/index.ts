import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import type { OpenEmulator } from "../emulator.ts";
import { planFor, topicOf } from "./plan-text.ts";

const textPart = z.strictObject({ type: z.literal("text"), text: z.string() });
const message = z.strictObject({
  role: z.enum(["system", "developer", "user", "assistant"]),
  content: z.union([z.string(), z.array(textPart)]),
  name: z.string().optional(),
});
const completionBody = z.strictObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  response_format: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("text") }),
      z.strictObject({ type: z.literal("json_object") }),
      z.strictObject({ type: z.literal("json_schema"), json_schema: z.looseObject({ name: z.string() }) }),
    ])
    .optional(),
  stream: z.literal(false, "the sandbox does not stream answers").nullable().optional(),
  n: z.literal(1, "the sandbox gives one answer").nullable().optional(),
  temperature: z.number().min(0).max(2).nullable().optional(),
  top_p: z.number().min(0).max(1).nullable().optional(),
  max_tokens: z.number().int().positive().nullable().optional(),
  max_completion_tokens: z.number().int().positive().nullable().optional(),
  presence_penalty: z.number().min(-2).max(2).nullable().optional(),
  frequency_penalty: z.number().min(-2).max(2).nullable().optional(),
  seed: z.number().int().nullable().optional(),
  stop: z
    .union([z.string(), z.array(z.string())])
    .nullable()
    .optional(),
  reasoning_effort: z.string().nullable().optional(),
  metadata: z.record(z.string(), z.string()).nullable().optional(),
  store: z.boolean().nullable().optional(),
  user: z.string().optional(),
});

/** A refusal in OpenAI's form. */
class AiError extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string | null;
  readonly param: string | null;

  constructor(
    status: ContentfulStatusCode,
    message: string,
    code: string | null = null,
    param: string | null = null,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
  }

  toBody(): object {
    const type = this.status < 500 ? "invalid_request_error" : "server_error";
    return { error: { message: this.message, type, param: this.param, code: this.code } };
  }
}

/**
 * An OpenAI-compatible endpoint whose answers are fixed by the question, so that a smoke test crosses all that a
 * user's request crosses and still knows what to expect. Any model that is asked for exists.
 */
export const open: OpenEmulator = async (context) => {
  let answered = 0;
  const routes = new Hono();
  routes.onError((error, c) => {
    if (error instanceof AiError) return c.json(error.toBody(), error.status);
    context.log(`${c.req.method} ${c.req.path}: ${error.stack ?? error.message}`);
    return c.json(new AiError(500, "The server had an error while processing your request").toBody(), 500);
  });
  routes.use(checkKey(context.token));

  routes.get("/v1/models", (c) =>
    c.json({ object: "list", data: [{ id: "sandbox", object: "model", created: 0, owned_by: "sandbox" }] }),
  );
  routes.get("/v1/models/:id", (c) =>
    c.json({ id: c.req.param("id"), object: "model", created: 0, owned_by: "sandbox" }),
  );

  routes.post("/v1/chat/completions", async (c) => {
    const body = parseBody(await c.req.text());
    const messages = body.messages.map(({ role, content }) => ({
      role,
      text: typeof content === "string" ? content : content.map((part) => part.text).join(""),
    }));
    const prompt = messages.map(({ text }) => text).join("\n");
    const format = body.response_format?.type ?? "text";
    if (format === "json_object" && !/json/i.test(prompt))
      throw new AiError(
        400,
        "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
        null,
        "messages",
      );
    const wantsJson = format !== "text" || /\bjson\b/i.test(prompt);
    const content = wantsJson ? JSON.stringify(planFor(messages)) : `A plan about ${topicOf(messages)}.`;
    const [asked, said] = [tokens(prompt), tokens(content)];
    answered += 1;
    return c.json({
      id: `chatcmpl-${createHash("sha256").update(JSON.stringify(body)).digest("hex").slice(0, 29)}`,
      object: "chat.completion",
      created: Math.floor(Date.now() / 1000),
      model: body.model,
      choices: [
        {
          index: 0,
          message: { role: "assistant", content, refusal: null, annotations: [] },
          logprobs: null,
          finish_reason: "stop",
        },
      ],
      usage: { prompt_tokens: asked, completion_tokens: said, total_tokens: asked + said },
      service_tier: "default",
      system_fingerprint: "sandbox",
    });
  });

  routes.notFound((c) =>
    c.json(new AiError(404, `Invalid URL (${c.req.method} ${c.req.path})`, "unknown_url").toBody(), 404),
  );

  return {
    routes,
    start: async () => undefined,
    stop: async () => undefined,
    running: () => [
      { what: "chat completions", address: `${context.origin}/v1`, state: `${answered} answered` },
    ],
  };
};

/** About four characters a token, as a rule of thumb has it. */
const tokens = (text: string): number => Math.ceil(text.length / 4);

function parseBody(text: string): z.output<typeof completionBody> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new AiError(400, "We could not parse the JSON body of your request.");
  }
  const parsed = completionBody.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue?.code === "unrecognized_keys")
    throw new AiError(400, `Unrecognized request argument supplied: ${issue.keys.join(", ")}`);
  const path = issue?.path.join(".") ?? "";
  throw new AiError(400, `Invalid value for '${path}': ${issue?.message ?? ""}.`, "invalid_value", path);
}

function checkKey(key: string): MiddlewareHandler {
  return async (c, next) => {
    const given = /^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (given === undefined)
      throw new AiError(
        401,
        "You didn't provide an API key. Send it in the header Authorization: Bearer KEY.",
      );
    const [expected, actual] = [Buffer.from(key), Buffer.from(given)];
    if (expected.length !== actual.length || !timingSafeEqual(expected, actual))
      throw new AiError(401, "Incorrect API key provided.", "invalid_api_key");
    return next();
  };
}
