import { call, type DocumentedCall } from "../call.ts";

export const document =
  "schemas written here from the types of the openai package, `resources/chat/completions`";

export const calls: readonly DocumentedCall[] = [
  call("GET", "/v1/models", "Models.list", { leftOut: "one model, whose name does not matter" }),
  call("GET", "/v1/models/{model}", "Models.retrieve", { leftOut: "every model that is asked for exists" }),
  call("POST", "/v1/chat/completions", "Chat.Completions.create", {
    leftOut: "answers are fixed by the question; no streaming, no tools",
  }),
];
