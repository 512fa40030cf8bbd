import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { at, useGitHub } from "./test-client.ts";

const { cloud, octokit } = useGitHub();

describe("the pages that answers point at", () => {
  it("show an issue with its comments to a browser without a token, and read nothing in them", async () => {
    const hostile = `<script>alert("x")</script> & 'y'`;
    const { data: issue } = await octokit.issues.create({
      ...at,
      title: hostile,
      body: hostile,
      labels: ["<b>"],
    });
    await octokit.issues.createComment({ ...at, issue_number: issue.number, body: hostile });
    const answer = await fetch(issue.html_url);
    const text = await answer.text();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(text).not.toMatch(/<script|<b>|"x"/);
    expect(text.split("&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62; &#38; &#39;y&#39;")).toHaveLength(
      5,
    );
    const list = await (await fetch(issue.html_url.replace(/\/\d+$/, ""))).text();
    expect(list).toContain(`/issues/${String(issue.number)}"`);
  });

  it("show the deployments of an environment with what was reported of them", async () => {
    const { data } = await octokit.repos.createDeployment({
      ...{ ...at, ref: "a".repeat(40), environment: "staging", required_contexts: [] },
    });
    const { id } = data as { readonly id: number };
    await octokit.repos.createDeploymentStatus({
      ...{ ...at, deployment_id: id, state: "failure", description: "smoke <failed>" },
    });
    const of = (query: string): Promise<string> =>
      fetch(`${cloud.origin}/${at.owner}/${at.repo}/deployments${query}`).then((answer) => answer.text());
    expect(await of("")).toContain("failure: smoke &#60;failed&#62;");
    expect(await of("/activity_log?environments_filter=production")).not.toContain("smoke");
  });

  it("answer 404 for what is not there, and make nothing", async () => {
    const { status } = await fetch(`${cloud.origin}/nobody/nothing/issues/1`);
    expect(status).toBe(404);
    expect(cloud.emulator.running().some(({ what }) => what.startsWith("nobody/"))).toBe(false);
  });

  it("leave the API behind the token, and everything behind it for a name that is no loopback address", async () => {
    for (const path of [
      "/repos/atlaris/app/issues/1",
      "/api/v3/repos/atlaris/app/issues/1",
      "/repos/x/issues",
    ])
      expect((await fetch(`${cloud.origin}${path}`)).status, path).toBe(401);
    const { port } = new URL(cloud.origin);
    const status = await new Promise((resolve, reject) => {
      const headers = { host: `elsewhere.example:${port}` };
      request({ port, host: "127.0.0.1", path: "/atlaris/app/issues/1", headers }, ({ statusCode }) =>
        resolve(statusCode),
      )
        .on("error", reject)
        .end();
    });
    expect(status).toBe(401);
  });
});
