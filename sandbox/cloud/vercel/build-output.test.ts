import { createHash } from "node:crypto";
import { Vercel } from "@vercel/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestCloud, type TestCloud } from "../test-context.ts";
import { open } from "./index.ts";
import { deploy, settled } from "./test-output.ts";

/** A Node function as a build declares it. */
const functionConfig = (more: object = {}): string =>
  JSON.stringify({ runtime: "nodejs22.x", handler: "index.mjs", launcherType: "Nodejs", ...more });
const echo = (name: string): string =>
  `let count = 0;
   export default ({ url, headers, method }, response) => response.setHeader("content-type", "application/json").end(
     JSON.stringify({ name: ${JSON.stringify(name)}, url, method, count: ++count, matched: headers["x-matched-path"], added: headers["x-added"] }));`;
const functionFiles = (path: string, more: object = {}): Readonly<Record<string, string>> => ({
  [`functions/${path}.func/.vc-config.json`]: functionConfig(more),
  [`functions/${path}.func/index.mjs`]: echo(path),
});

const middleware = `export default (request) => {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === "/old") return Response.redirect(new URL("/page", request.url), 307);
  if (pathname === "/secret") return new Response("no", { status: 403 });
  const headers = { "x-middleware-next": "1", "x-seen": "yes", "x-middleware-override-headers": "x-added",
    "x-middleware-request-x-added": searchParams.get("add") ?? "nothing" };
  return new Response(null, { headers: pathname === "/moved" ? { "x-middleware-rewrite": "/api/echo?by=middleware" } : headers });
};`;

const files: Readonly<Record<string, string>> = {
  "config.json": JSON.stringify({
    version: 3,
    routes: [
      { src: "/(.*)/", headers: { Location: "/$1" }, status: 308, continue: true },
      { src: "/(old|secret|moved|seen)", middlewarePath: "_middleware", continue: true },
      { src: "/(.*)", headers: { "x-frame-options": "DENY" }, continue: true },
      {
        src: "/chosen",
        has: [{ type: "cookie", key: "kind", value: "(?<kind>a|b)" }],
        dest: "/api/echo?kind=$kind",
      },
      { src: "/chosen", missing: [{ type: "header", key: "x-key" }], status: 401 },
      { src: "/(chosen|seen)", dest: "/api/echo" },
      { handle: "filesystem" },
      { src: "/page-of-old-name", dest: "/page", check: true },
      { handle: "miss" },
      { src: "/assets/.+", dest: "/assets/none.txt", status: 404, check: true },
      { handle: "rewrite" },
      { src: "/item/(?<id>[^/]+)", dest: "/item/[id]?id=$id", check: true },
      { handle: "hit" },
      { src: "/assets/.+", headers: { "cache-control": "immutable" }, continue: true },
      { handle: "error" },
      { src: "/.*", dest: "/404", status: 404 },
    ],
    overrides: {
      "404.html": { path: "404" },
      "page.html": { path: "page", contentType: "text/html; charset=x" },
    },
    images: { sizes: [64] },
    crons: [],
  }),
  "static/404.html": "not here",
  "static/page.html": "a page",
  "static/assets/a.txt": "a",
  "static/assets/none.txt": "none",
  ...functionFiles("api/echo"),
  ...functionFiles("item/[id]"),
  ...functionFiles("kept"),
  "functions/kept.prerender-config.json": JSON.stringify({
    expiration: false,
    bypassToken: "again-please",
    fallback: "kept.prerender-fallback.html",
    initialHeaders: { "x-by": "build" },
    allowQuery: ["page"],
    passQuery: true,
  }),
  "functions/kept.prerender-fallback.html": "from the build",
  ...functionFiles("fresh"),
  "functions/fresh.prerender-config.json": JSON.stringify({
    expiration: 3_600,
    allowQuery: ["page"],
    passQuery: true,
  }),
  "functions/_middleware.func/.vc-config.json": functionConfig({ useWebApi: true }),
  "functions/_middleware.func/index.mjs": middleware,
};

describe("a Build Output of a framework", () => {
  let cloud: TestCloud;
  let vercel: Vercel;
  let projectId: string;
  let address: string;

  beforeAll(async () => {
    cloud = await openTestCloud("vercel", open);
    vercel = new Vercel({ bearerToken: cloud.token, serverURL: cloud.origin, timeoutMs: 60_000 });
    ({ id: projectId } = await vercel.projects.createProject({ requestBody: { name: "web" } }));
    await vercel.projects.updateProject({ idOrName: "web", requestBody: { ssoProtection: null } });
    const built = await settled(vercel, await deploy(vercel, projectId, files));
    expect(built.readyState, built.errorMessage ?? "").toBe("READY");
    address = `http://${built.url}`;
  });
  afterAll(() => cloud.close());

  const get = async (path: string, headers: Record<string, string> = {}, method = "GET") => {
    const answer = await fetch(`${address}${path}`, { method, headers, redirect: "manual" });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const ask = async (path: string, headers: Record<string, string> = {}): Promise<unknown> =>
    JSON.parse((await get(path, headers)).text);

  it("answers static files at their own path or another one, with what the routes add", async () => {
    const page = await get("/page");
    expect([page.status, page.text, page.headers.get("content-type")]).toEqual([
      200,
      "a page",
      "text/html; charset=x",
    ]);
    expect(page.headers.get("x-frame-options")).toBe("DENY");
    expect((await get("/page.html")).status).toBe(404);
    expect((await get("/page-of-old-name")).text).toBe("a page");
    // Two slashes are no host.
    expect((await get("//page")).text).toBe("a page");
    expect((await get("/assets/a.txt")).headers.get("cache-control")).toBe("immutable");
    const missing = await get("/assets/b.txt");
    expect([missing.status, missing.text]).toEqual([404, "none"]);
    const nowhere = await get("/nowhere");
    expect([nowhere.status, nowhere.text]).toEqual([404, "not here"]);
  });

  it("redirects, and chooses by header, cookie and the groups of a path", async () => {
    const moved = await get("/page/");
    expect([moved.status, moved.headers.get("location")]).toEqual([308, "/page"]);
    expect((await get("/chosen")).status).toBe(401);
    expect(await ask("/chosen", { "x-key": "1" })).toMatchObject({ url: "/chosen", matched: "/api/echo" });
    expect(await ask("/chosen", { cookie: "a=b; kind=b" })).toMatchObject({ url: "/chosen?kind=b" });
    expect(await ask("/item/7?x=1")).toMatchObject({
      name: "item/[id]",
      url: "/item/7?x=1&id=7",
      matched: "/item/[id]",
    });
  });

  it("asks the middleware first: it answers, redirects, writes another path, or lets the request go on", async () => {
    expect(await get("/secret")).toMatchObject({ status: 403, text: "no" });
    const old = await get("/old");
    expect([old.status, old.headers.get("location")]).toEqual([307, `${address}/page`]);
    expect(await ask("/moved?y=2")).toMatchObject({ url: "/api/echo?y=2&by=middleware" });
    expect((await get("/seen")).headers.get("x-seen")).toBe("yes");
    expect(await ask("/seen?add=it")).toMatchObject({ added: "it", url: "/seen?add=it" });
  });

  it("keeps prerendered answers: of the build, then of the function, by the query that counts", async () => {
    const built = await get("/kept");
    expect([built.text, built.headers.get("x-by")]).toEqual(["from the build", "build"]);
    expect(built.headers.get("x-vercel-cache")).toBe("PRERENDER");
    expect((await get("/kept?other=1")).text).toBe("from the build");
    expect((await get("/kept", {}, "POST")).text).toContain('"count":1');
    const again = await get("/kept", { "x-prerender-revalidate": "again-please" });
    expect([again.headers.get("x-vercel-cache"), again.text.includes('"count":2')]).toEqual([
      "REVALIDATED",
      true,
    ]);
    const kept = await get("/kept");
    expect([kept.headers.get("x-vercel-cache"), kept.text]).toEqual(["HIT", again.text]);
    const states = [];
    for (const path of ["/fresh?page=1&x=1", "/fresh?page=1&x=2", "/fresh?page=2"])
      states.push((await get(path)).headers.get("x-vercel-cache"));
    expect(states).toEqual(["MISS", "HIT", "MISS"]);
    expect(await ask("/fresh?page=2")).toMatchObject({ url: "/fresh?page=2", count: 2 });
  });

  it("resizes no images, and reports that", async () => {
    const image = await get("/_next/image?url=/a.png");
    expect([image.status, image.headers.get("x-vercel-error")]).toEqual([
      501,
      "THE_SANDBOX_RESIZES_NO_IMAGES",
    ]);
  });

  it("runs one process for links to one function, with files of the project", async () => {
    const own = "functions/page.func/.vc-config.json";
    const paths: Readonly<Record<string, string>> = {
      ".vercel/output/config.json": JSON.stringify({ version: 3 }),
      [`.vercel/output/${own}`]: functionConfig({
        filePathMap: { "node_modules/a/index.js": "node_modules/a/index.js" },
      }),
      ".vercel/output/functions/page.func/index.mjs":
        'import a from "a"; let count = 0; export default (_, response) => response.end(a + ++count);',
      "node_modules/a/index.js": 'module.exports = "of the project ";',
    };
    const uploaded = [];
    const link = {
      path: ".vercel/output/functions/deep/page.rsc.func",
      content: "../page.func",
      mode: 0o120777,
    };
    const all = Object.entries(paths).map(([path, content]) => ({ path, content, mode: 0o100644 }));
    for (const { path, content, mode } of [...all, link]) {
      const sha = createHash("sha1").update(content).digest("hex");
      const requestBody = new TextEncoder().encode(content);
      await vercel.deployments.uploadFile({
        xVercelDigest: sha,
        contentLength: requestBody.length,
        requestBody,
      });
      uploaded.push({ file: path, sha, size: requestBody.length, mode });
    }
    const created = await fetch(`${cloud.origin}/v13/deployments`, {
      method: "POST",
      headers: { authorization: `Bearer ${cloud.token}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "web", project: projectId, files: uploaded }),
    });
    const { id } = (await created.json()) as { readonly id: string };
    const built = await settled(vercel, id);
    expect(built.readyState, built.errorMessage ?? "").toBe("READY");
    const texts = [];
    for (const path of ["/page", "/deep/page.rsc", "/page"])
      texts.push(await (await fetch(`http://${built.url}${path}`)).text());
    expect(texts).toEqual(["of the project 1", "of the project 2", "of the project 3"]);
  });

  it.each([
    [
      "an edge function",
      { "functions/e.func/.vc-config.json": '{"runtime":"edge","entrypoint":"e.js"}' },
      /e\.func\/\.vc-config\.json: .*runtime/,
    ],
    [
      "a route's field",
      { "config.json": '{"version":3,"routes":[{"src":"/","transforms":[]}]}' },
      /Unrecognized key: "transforms" → at routes\[0\]/,
    ],
    [
      "a cron job",
      { "config.json": '{"version":3,"crons":[{"path":"/"}]}' },
      /the sandbox runs no cron jobs/,
    ],
    [
      "a middleware that is not there",
      { "config.json": '{"version":3,"routes":[{"src":"/","middlewarePath":"none"}]}' },
      /middlewarePath none: there is no such function/,
    ],
  ])("refuses what it does not run by its name: %s", async (_what, changed, message) => {
    const built = await settled(vercel, await deploy(vercel, projectId, { ...files, ...changed }));
    expect([built.readyState, built.errorMessage]).toEqual(["ERROR", expect.stringMatching(message)]);
  });
});
