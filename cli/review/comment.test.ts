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

/** An answer; without one where it is lost. */
type Answer = { readonly status: number; readonly body?: unknown } | undefined;

function read(): Answer {
  return { status: 200, body: faults[0] === "unseen" ? (faults.shift(), []) : comments };
}

function write(method: string, url: string, text: string): Answer {
  writes.push(method);
  const fault = faults[0] === "unseen" ? undefined : faults.shift();
  if (typeof fault === "number") return { status: fault, body: { message: "no" } };
  if (fault === "lost-before") return undefined;
  const answer = change(method, Number(url.split("/").at(-1)), text);
  return fault === "lost-after" ? undefined : answer;
}

function change(method: string, id: number, text: string): Answer {
  const { body = "" } = text === "" ? {} : (JSON.parse(text) as { body?: string });
  const found = comments.find((each) => each.id === id);
  if (found?.body.includes("forged")) return { status: 403, body: { message: "not yours" } };
  if (method === "DELETE") {
    comments = comments.filter((each) => each !== found);
    return { status: 204 };
  }
  if (method === "POST") comments.push(comment(100 + comments.length, body));
  if (method === "PATCH" && found) found.body = body;
  return { status: method === "POST" ? 201 : 200, body: found ?? comments.at(-1) };
}

beforeEach(async () => {
  comments = [];
  faults = [];
  writes = [];
  server = createServer((request, response) => {
    void (async () => {
      let text = "";
      for await (const chunk of request) text += String(chunk);
      const { method = "", url = "" } = request;
      const answer = method === "GET" ? read() : write(method, url, text);
      if (!answer) {
        response.destroy();
        return;
      }
      const { status, body } = answer;
      response.writeHead(status, body === undefined ? {} : { "content-type": "application/json" });
      response.end(body === undefined ? undefined : JSON.stringify(body));
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
