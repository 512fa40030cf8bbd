import { describe, expect, it } from "vitest";
import { markdownOf } from "./markdown.ts";
import { planOf } from "./plan-fixture.ts";
import { statementsWithLocks } from "./migration-sql.ts";
import { everything, finding as findingOf, review } from "./review-fixture.ts";
import { reviewOf } from "./review.ts";

const finding = findingOf("add-unique", "plans", "locks", undefined);

describe("the comment", () => {
  it("reports of a migration that is declared one-way that it cannot be undone", () => {
    const text = markdownOf(review([], { kind: "some", names: ["0002_add", "0004_rename"] }));
    expect(text).toContain(
      "### Cannot be undone\n- **migration `0004_rename` is declared one-way**: the release before may not work on its schema, so that a rollback is\n" +
        "  not to be counted on; declared: nobody rolls back\n",
    );
    expect(text).toContain("- runs `0002_add`\n- runs `0004_rename`; declared **one-way**\n\n");
  });

  it("knows no time of a migration and its rehearsal where other migrations are pending than those it ran with", () => {
    const steps = [
      ...everything,
      {
        type: "pulumi-nodejs:dynamic/rollout:Rehearsal",
        name: "rehearsal",
        op: "update",
        before: { migrations: "old" },
        after: { migrations: "new" },
        waits: { "": ["attempt"] },
        modified: 1003,
      },
    ] satisfies typeof everything;
    const timed = (pending: Parameters<typeof review>[1]): unknown =>
      review(steps, pending).steps.find(({ name }) => name === "rehearsal")?.expected;
    expect(timed({ kind: "none" })).not.toBeNull();
    expect(timed({ kind: "some", names: ["0002_add"] })).toBeNull();
    expect(review(steps, { kind: "some", names: ["0002_add"] }).expected.without).toContain("rehearsal");
  });

  it("reports first that the gate would refuse the release, with each reason", () => {
    const plan = review([]);
    const refusals = ["production is frozen: audit", "ci is failing on `main`"];
    const text = markdownOf({ ...plan, gate: { ...plan.gate, refusals } });
    expect(text.split("\n").slice(5, 9)).toEqual([
      "### The gate would refuse this now",
      "- production is frozen: audit",
      expect.stringContaining("ci is failing on") as string,
      "",
    ]);
  });

  it("describes a change with one of each kind, the worst first", () => {
    const text = markdownOf(review(everything, { kind: "some", names: ["0002_add", "0003_drop"] }));
    expect(text).toMatchInlineSnapshot(`
      "<!-- cloud-rollout preview: staging -->
      ## What a rollout to \`staging\` would do

      **4 cannot be undone**, 2 deleted, 2 replaced, 6 changed, 1 created, 1 perhaps, 30 unchanged. Release \`aaaaaaaaaaaa\` →
      \`bbbbbbbbbbbb\`. Expected time: ~16.3 s, without \`gate\`, \`github-DATABASE_URL\` of which no time is known.

      ### Cannot be undone
      - **database \`shop\` is replaced**: all its tables go with what is in them; the new one is empty
      - **migration \`0003_drop\` loses data**: drop-column plans.note: what it holds is lost; declared: nothing reads it
      - **app \`worker-old\` is deleted**: its machines and its secrets go, and its name is free for others
      - **secret \`GONE\` is removed from the Fly app worker-staging**: its value can be read back nowhere

      **Neon**
      - replaced: database \`shop2\`: name \`shop\` → \`shop2\`
      - changed: compute of the database branch: largest size \`1\` → \`2\`

      **Fly**
      - deleted: app \`worker-old\`
      - replaced: image of the workers: content \`content-1\` → \`content-2\`
      - changed: worker \`worker-staging\`: machines \`1\` → \`2\`; secrets → known in the rollout; sources \`111111111111\` →
        \`222222222222\`
      - changed: secrets of \`worker-staging\`

      **GitHub**
      - deleted: leave to deploy for the branches \`main\`
      - created: secret \`DATABASE_URL\`

      **Migrations**, none declared one-way: refused if the live release fails on the new schema, as
      \`bin/rollout rehearse --stack staging\` shows
      - runs \`0002_add\`
      - runs \`0003_drop\`; declared: \`drop-column plans.note\`; **refused** until declared: \`index-not-concurrently plans_note\`

      **Secrets**, by digests that only this stack can make
      - added: \`DATABASE_URL\` of GitHub environment \`staging\`: \`1a1c65c291f1\`
      - added: \`ADDED\` of Fly app \`worker-staging\`: \`6ee858bd756b\`
      - removed: \`GONE\` of Fly app \`worker-staging\`: was \`63486afa6609\`
      - changed: \`KEY\` of Fly app \`worker-staging\`: \`4437cbff3aca\` → \`404831da6806\`
      - perhaps, which the rollout reports: \`DATABASE_URL\` of Fly app \`worker-staging\`

      \`\`\`mermaid
      flowchart LR
        s0["gate · ?"]
        s1["attempt · ~0.0 s"]
        s2["database · ~1.3 s"]
        s3["github DATABASE_URL · ?"]
        s4["worker image · ~10.0 s"]
        s5["worker · ~5.5 s"]
        s6["smoke · ~0.8 s"]
        gone["2 deleted"]
        s0 --> s1
        s1 --> s2
        s1 --> s3
        s1 --> s4
        s4 & s2 --> s5
        s5 --> s6
        s3 & s6 --> gone
      \`\`\`

      <details><summary>1 more may change</summary>

      Each depends on a value that only the rollout makes, and is left alone where that turns out to be what it was.

      - changed: addresses of the database \`shop\`: compute \`ep-1\` → known in the rollout

      </details>

      <details><summary>3 steps of the rollout itself</summary>

      - changed: record of the rollout: release \`aaaaaaaaaaaa\` → \`bbbbbbbbbbbb\`
      - changed: gate: commit \`aaaaaaaaaaaa\` → \`bbbbbbbbbbbb\`
      - changed: smoke test

      </details>

      <details><summary>1 warning</summary>

      - what is \\\`\\[secret\\]\\\` to &#64;you?

      </details>

      The gate is asked when the rollout begins, and wants \`ci\` green on commit \`bbbbbbbbbbbb\`.
      "
    `);
    expect(text.split("\n").length).toBeLessThan(85);
  });

  it("reports to a reviewer that this release has just failed here, before all changes", () => {
    const failed = {
      number: 7,
      at: "2026-01-02T03:04:05.678Z",
      sameBy: "content",
      description: "smoke failed (update)",
      incident: "https://github.test/issues/3",
    } as const;
    const text = markdownOf(review(everything, { kind: "none" }, { onRecord: { failed } }));
    expect(text).toContain(
      "### This release has just failed here\n" +
        "- This content, under another commit, was rolled out to `staging` as #7 and failed at 2026-01-02T03:04:05Z\n" +
        "- what failed: smoke failed (update)\n" +
        "- incident: https://github.test/issues/3\n",
    );
    expect(text.indexOf("just failed here")).toBeLessThan(text.indexOf("### Cannot be undone"));
  });

  it("lists the commits since the live release with subject and author, and those that it leaves out", () => {
    const [added, leftOut] = ["a", "b"].map((each) => ({
      ...{ commit: each.repeat(40), author: "Ada <ada@x>", subject: "Show `modules` to @you" },
    }));
    const commits = {
      ...{ since: 3, live: "c".repeat(40), added: added ? [added] : [], leftOut: leftOut ? [leftOut] : [] },
    };
    const text = markdownOf(review([], { kind: "none" }, { onRecord: { commits } }));
    const said = "Show \\`modules\\` to &#64;you (Ada &lt;ada&#64;x&gt;)";
    expect(text).toContain(
      `**Commits** since #3, which is live (\`cccccccccccc\`)\n- \`aaaaaaaaaaaa\` ${said}\n\n` +
        `**Live commits that this release lacks**\n- \`bbbbbbbbbbbb\` ${said}\n`,
    );
    const unknown = "this clone lacks cccccccccccc";
    expect(
      markdownOf(review([], { kind: "none" }, { onRecord: { commits: { ...commits, unknown } } })),
    ).toContain(`not known, ${unknown}:\n\`git fetch --unshallow origin\`\n`);
  });

  it("shows the SQL of pending migrations with the lock and the rewrite of each statement", async () => {
    const statements = await statementsWithLocks(
      "-- undo: none\nALTER TABLE plans ADD COLUMN id2 uuid DEFAULT gen_random_uuid();\n" +
        "CREATE TABLE notes (plan int REFERENCES plans);\nCREATE INDEX n ON notes (plan);\nSELECT '```', anything();\n",
    );
    const rewrite = { ...finding, rule: "rewrite-table", line: 2, statement: statements[0]?.excerpt ?? "" };
    const text = markdownOf(
      review(
        [],
        { kind: "some", names: ["0002_add"] },
        {
          sql: new Map([["0002_add", statements]]),
          linted: [{ name: "0002_add", findings: [rewrite] }],
        },
      ),
    );
    expect(text).toContain(
      [
        "<details><summary>SQL of 0002\\_add, with locks and rewrites</summary>",
        "",
        "````sql",
        "-- line 2: locks plans, ACCESS EXCLUSIVE: no reads, no writes; rewrites the table",
        "ALTER TABLE plans ADD COLUMN id2 uuid DEFAULT gen_random_uuid();",
        "-- line 3: locks plans, SHARE ROW EXCLUSIVE: no writes; no rewrite",
        "CREATE TABLE notes (plan int REFERENCES plans);",
        "-- line 4: locks nothing that is there; no rewrite",
        "CREATE INDEX n ON notes (plan);",
        "-- line 5: locks and rewrite not judged",
        "SELECT '```', anything();",
        "````",
        "",
        "</details>",
        "",
      ].join("\n"),
    );
  });

  it("names what stays untouched, and the clouds in which nothing changes", () => {
    const plan = planOf(everything);
    const kept = {
      ...{ urn: "urn:pulumi:staging::shop::vercel::web", type: "vercel:index/project:Project" },
      ...{ custom: true, inputs: { name: "shop-web" } },
    };
    const text = markdownOf(
      review(everything, { kind: "none" }, { plan: { ...plan, state: [...plan.state, kept] } }),
    );
    expect(text).toMatch(/<summary>1 stay as they are: all of Vercel<\/summary>\n\n- Vercel: .*`shop-web`\n/);
  });

  it("has no long line but of quoted values, and no digest that cannot be opened", () => {
    const digest = "3".repeat(64);
    const diagnostics = [{ severity: "warning", message: `${"much text ".repeat(90)} sha256:${digest}` }];
    const text = markdownOf(review([], { kind: "none" }, { plan: planOf(everything, { diagnostics }) }));
    expect(text.split("\n").filter(({ length }) => length > 160)).toEqual([]);
    expect(text).not.toMatch(/[0-9a-f]{24}/);
    expect(text).toContain("sha256:333333333333\n");
  });

  it("reports in a few lines that nothing changes", () => {
    const nothing = reviewOf({
      stack: "staging",
      plan: planOf([]),
      pending: { kind: "none" },
      linted: [],
      begun: [],
      existing: [],
      sql: new Map(),
      onRecord: {},
    });
    expect(markdownOf(nothing)).toMatchInlineSnapshot(`
      "<!-- cloud-rollout preview: staging -->
      ## What a rollout to \`staging\` would do

      **nothing changes**, 30 unchanged.

      The gate is asked when the rollout begins.
      "
    `);
  });

  it("holds no secret, in Markdown or as JSON", () => {
    const everyChange = review(everything);
    const text = `${markdownOf(everyChange)}${JSON.stringify(everyChange)}`;
    for (const value of ["old value", "new value", "another", "postgres"]) expect(text).not.toContain(value);
  });
});
