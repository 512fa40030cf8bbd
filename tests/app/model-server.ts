import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { vi } from "vitest";

/** A tiny endpoint in the form of OpenAI's, whose answers a test decides. */
export interface ModelServer {
  readonly baseUrl: string;
  /** The texts of the requests that came so far. */
  readonly requests: readonly string[];
  /** What the next requests get: a status and the message's content, or nothing at all until the caller gives up. */
  answer: { readonly status: number; readonly content: string } | "never";
  /** Gives the requests that got nothing the answer that is set now. */
  release(): void;
  /** Settles when so many requests have come. */
  requested(count: number): Promise<void>;
  close(): Promise<void>;
}

export const goodAnswer = {
  status: 200,
  content: JSON.stringify({
    modules: [
      { title: "Basics", tasks: [{ title: "Read" }, { title: "Try" }] },
      { title: "Practice", tasks: [{ title: "Build" }] },
    ],
  }),
} as const;

export async function startModelServer(): Promise<ModelServer> {
  const requests: string[] = [];
  const waiting: ServerResponse[] = [];
  const respond = (response: ServerResponse): void => {
    const { answer } = model;
    if (answer === "never") {
      waiting.push(response);
      return;
    }
    const message = { role: "assistant", content: answer.content };
    const completion = { id: "1", object: "chat.completion", created: 0, choices: [{ index: 0, message }] };
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer.status === 200 ? completion : { error: { message: answer.content } }));
  };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      requests.push(body);
      respond(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const model: ModelServer = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    answer: goodAnswer,
    release: () => waiting.splice(0).forEach(respond),
    requested: async (count) => {
      await vi
        .waitUntil(() => requests.length >= count, { timeout: 60_000 })
        .catch(() => {
          throw new Error(`${requests.length} of ${count} requests came within 60 s`);
        });
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return model;
}
