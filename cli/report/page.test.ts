import fc from "fast-check";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { pageOf } from "./page.ts";
import { reportMarkdown } from "./report-markdown.ts";
import { testReport } from "./report-fixture.ts";

/** Names of the elements of a page; fails where one is not closed, or an attribute is not quoted. */
function elementsOf(page: string): readonly string[] {
  const names: string[] = [];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name }) => names.push(name));
  parser.write(page).close();
  return names;
}

/** What a commit's message, a name or a cloud's answer could hold. */
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("<script>alert(1)</script>", `" onload="x`, "]]>", "&lt;", "\u202Egnp.exe", "`` ` @all"),
);

describe("the page of a rollout", () => {
  it("is well-formed, and asks for nothing from anywhere", () => {
    const page = pageOf(testReport());
    expect(elementsOf(page)).toEqual(expect.arrayContaining(["h1", "h2", "table", "a"]));
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|src=/);
    expect(page).toContain("prefers-color-scheme: dark");
  });

  it("shows the steps, which of them decided, and what each usually takes", () => {
    const text = pageOf(testReport()).replace(/\s+/g, " ");
    expect(text).toContain("14.8 s · usually 11.8 s · critical");
    expect(text).toContain("6.2 s · usually 5.0 s<");
    expect(text).toContain("engine and program start");
    expect(text).toContain("24.0 s in all; the steps on the critical path took 20.8 s of them");
    expect(text).toContain("migration 0001_more: new");
  });

  it("has the elements that it has without it, whatever a text holds", () => {
    const usual = elementsOf(pageOf(testReport()));
    fc.assert(
      fc.property(hostile, (text) => {
        const page = pageOf(
          testReport({
            subject: text,
            smoke: [
              { name: text, passed: true, seconds: 1 },
              { name: text, passed: false, seconds: 1 },
            ],
            parts: [
              { part: text, where: text, health: "unwell", seen: [text] },
              { part: text, where: text, health: "unknown", seen: [text] },
            ],
          }),
        );
        expect(elementsOf(page)).toEqual(usual);
      }),
    );
  });

  it("links addresses of the web alone", () => {
    const page = pageOf(testReport({ incident: "javascript:alert(1)" }));
    expect(page).not.toContain('href="javascript:');
    expect(page).toContain('href="https://github.com/shop/shop/deployments/staging"');
  });

  it("names what it does not know", () => {
    const text = pageOf(testReport({ timeline: undefined, smoke: [], parts: undefined })).replace(
      /\s+/g,
      " ",
    );
    expect(text).toContain("When its steps ran is not known here");
    expect(text).toContain("Of a release that is not live, no health is asked.");
  });
});

describe("the same as Markdown", () => {
  it("draws each step in a line", () => {
    expect(reportMarkdown(testReport())).toMatchInlineSnapshot(`
      "## Rollout \\#2 of bbbbbbbbbbbb to staging: Keep the language of a plan

      **succeeded** · live · 2026-01-02T00:00:00Z · 0.0 s · by ada&#64;laptop

      smoke test passed

      ### Timeline

      24.0 s in all; the steps on the critical path took 20.8 s of them, engine and program start 2.4 s, between steps 0.1 s.

      \`\`\`text
      gate                   |    █                                   | 0.4 s · usually 0.3 s · critical
      attempt                |     █                                  | 0.2 s · usually 0.2 s · critical
      worker-image-build     |     █████████████████████████          | 14.8 s · usually 11.8 s · critical
      web-deployment         |     ▒▒▒▒▒▒▒▒▒▒                         | 6.2 s · usually 5.0 s
      backup                 |     ▒                                  | 0.8 s · usually 0.6 s
      migration              |      ▒▒                                | 1.1 s · usually 0.9 s
      worker-deployment      |                              ██████    | 3.6 s · usually 2.9 s · critical
      projections-deployment |                              ▒▒▒▒▒     | 2.9 s · usually 2.3 s
      web-live               |                                    █   | 0.1 s · usually 0.1 s · critical
      smoke                  |                                    ██  | 1.4 s · usually 1.1 s · critical
      status                 |                                      █ | 0.3 s · usually 0.2 s · critical
      \`\`\`

      ### Smoke test

      - \`a plan is accepted\`: passed, 0.12 s
      - \`the plan has modules and tasks\`: passed, 0.61 s

      ### Health

      At 2026-01-02T01:00:00Z:

      - \`web\` **well**, https://shop.vercel.app: 200 in 40 ms
      - \`worker\` **well**, shop-worker: 1 of 1 machines passes its check

      ### What changed

      Since #1, which was live before:

      - commit: aaaaaaaaaaaa → bbbbbbbbbbbb
      - worker sources: a → b
      - worker image: registry.fly.io/app:a → registry.fly.io/app:b
      - mailer sources: a → b
      - mailer image: registry.fly.io/app:a → registry.fly.io/app:b
      - web sources: a → b
      - migration 0001\\_more: new

      ### Rollback

      - \\#2 (bbbbbbbbbbbb) is live.
      - bin/rollout rollback --stack staging returns to \\#1 (aaaaaaaaaaaa): workers, web and variables. Database and secrets stay.

      ### Links

      - commit: <https://github.com/shop/shop/commit/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb>
      - deployments: <https://github.com/shop/shop/deployments/staging>
      "
    `);
  });

  it("lets no text out of its line, nor out of the fence", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const lines = (subject: string): number => reportMarkdown(testReport({ subject })).split("\n").length;
        expect(lines(text)).toBe(lines("plain"));
        expect(reportMarkdown(testReport({ subject: text }))).not.toContain("<script>");
      }),
    );
  });
});
