import { expect, it } from "vitest";
import { openContract } from "../index.ts";
import { seenCall } from "../test-call.ts";

const completion = {
  ...{ id: "chatcmpl-1", object: "chat.completion", created: 1, model: "sandbox" },
  choices: [
    {
      ...{ index: 0, finish_reason: "stop", logprobs: null },
      message: { role: "assistant", content: "A plan.", refusal: null },
    },
  ],
};

it("checks the answers of the language model", async () => {
  const { check } = await openContract();
  const chat = "POST /v1/chat/completions";
  expect(check(seenCall("ai", chat, { body: completion }))).toEqual([]);
  const body = { ...completion, choices: [{ ...completion.choices[0], finish_reason: "done" }], took: 5 };
  expect(check(seenCall("ai", chat, { body }))).toEqual([
    "choices.0.finish_reason should be one of stop, length, tool_calls, content_filter, function_call",
    "took is a field that the document does not know",
  ]);
  expect(check(seenCall("ai", chat, { status: 401, body: { error: "no key" } }))).toEqual([
    "error should be object",
  ]);
  expect(check(seenCall("ai", "POST /v1/embeddings", { body: {} }))).toEqual([
    "was answered, and sandbox/contract has no document for it",
  ]);
});
