import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GitHub } from "@rollout/infra/github/client";
import { openGitHub } from "@rollout/infra/github/client";
import { putComment } from "./comment.ts";
import { markerOf } from "./markdown.ts";

interface Comment {
  readonly id: number;
  readonly html_url: string;
  body: string;
}

const place = { owner: "shop", repository: "shop", pullRequest: 42 };
const mark = markerOf("staging");

let comments: Comment[];
/** What happens to the next calls that write: `lost-before` and `lost-after` give no answer, a number is a status. */
let faults: ("lost-before" | "lost-after" | "unseen" | number)[];
let writes: string[];
let server: Server;
let github: GitHub;

const comment = (id: number, body: string): Comment => ({
  id,
  html_url: `https://github/c/${String(id)}`,
  body,
});

beforeEach(async () => {
  comments = [];
  faults = [];
  writes = [];
  server = createServer((request, response) => {
    void (async () => {
      let text = "";
      for await (const chunk of request) text += String(chunk);
      const answer = (status: number, body?: unknown): void => {
        response.writeHead(status, body === undefined ? {} : { "content-type": "application/json" });
        response.end(body === undefined ? undefined : JSON.stringify(body));
      };
      const url = request.url ?? "";
      if (request.method === "GET") {
        answer(200, faults[0] === "unseen" ? (faults.shift(), []) : comments);
        return;
      }
      writes.push(request.method ?? "");
      const fault = faults[0] === "unseen" ? undefined : faults.shift();
      if (typeof fault === "number") {
        answer(fault, { message: "no" });
        return;
      }
      if (fault === "lost-before") {
        response.destroy();
        return;
      }
      const { body = "" } = text === "" ? {} : (JSON.parse(text) as { body?: string });
      const id = Number(url.split("/").at(-1));
      const found = comments.find((each) => each.id === id);
      if (found?.body.includes("forged")) {
        answer(403, { message: "not yours" });
        return;
      }
      if (request.method === "POST") comments.push(comment(100 + comments.length, body));
      if (request.method === "PATCH" && found) found.body = body;
      if (request.method === "DELETE") comments = comments.filter((each) => each !== found);
      if (fault === "lost-after") response.destroy();
      else if (request.method === "DELETE") answer(204);
      else answer(request.method === "POST" ? 201 : 200, found ?? comments.at(-1));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  github = await openGitHub({ baseUrl: `http://127.0.0.1:${String(port)}`, token: "t" });
});
afterEach(() => void server.close());

const bodies = (): readonly string[] => comments.map(({ body }) => body);
const put = (body: string): Promise<string> => putComment(github, place, "staging", body);

describe("the comment of a stack", () => {
  it("is made once, rewritten in place, and left alone when its text is the same", async () => {
    comments = [comment(1, "a reviewer's words"), comment(2, markerOf("prod"))];
    await put(`${mark}\none`);
    await expect(put(`${mark}\ntwo`)).resolves.toBe("https://github/c/102");
    await put(`${mark}\ntwo`);
    expect(bodies()).toEqual(["a reviewer's words", markerOf("prod"), `${mark}\ntwo`]);
    expect(writes).toEqual(["POST", "PATCH"]);
  });

  it.each([
    ["lost before it took effect", ["lost-before" as const]],
    ["lost after it took effect", ["lost-after" as const]],
    ["a server's error", [502]],
    ["one that GitHub does not show yet", ["unseen" as const, "unseen" as const]],
  ])("is one, whatever becomes of the answer: %s", async (_what, happens) => {
    faults = happens;
    await put(`${mark}\none`);
    expect(bodies()).toEqual([`${mark}\none`]);
  });

  it("is the oldest where two runs at once made one each, and the other goes", async () => {
    comments = [comment(7, `${mark}\nthe other run`), comment(5, `${mark}\nolder`)];
    await put(`${mark}\nnow`);
    expect(comments).toEqual([comment(5, `${mark}\nnow`)]);
  });

  it("is another one where another user used its marker", async () => {
    comments = [comment(3, `${mark}\nforged`)];
    await put(`${mark}\nours`);
    expect(bodies()).toEqual([`${mark}\nforged`, `${mark}\nours`]);
  });

  it("is not tried again where GitHub refuses it", async () => {
    faults = [422];
    await expect(put(`${mark}\none`)).rejects.toThrow(
      /^github answered 422 to POST .*\/issues\/42\/comments: no/,
    );
    expect(writes).toEqual(["POST"]);
  });
});
