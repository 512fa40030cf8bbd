import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding, Harm } from "@atlaris/infra/migration-lint/finding";
import { unknownValue } from "../engine/preview-report.ts";
import { commentLimit, markdownOf } from "./markdown.ts";
import type { Pending } from "./pending-migrations.ts";
import type { Planned } from "./plan-fixture.ts";
import { planOf, secret } from "./plan-fixture.ts";
import type { Review } from "./review.ts";
import { reviewOf } from "./review.ts";

const dynamic = (of: string): string => `pulumi-nodejs:dynamic/${of}`;
const oldSources = "1".repeat(64);
const newSources = "2".repeat(64);

/** A change with one of each kind; the worst stands at the end, as the engine may say it. */
const everything: readonly Planned[] = [
  {
    type: dynamic("rollout:Gate"),
    name: "gate",
    op: "update",
    before: { commit: "a".repeat(40), requiredChecks: ["ci"] },
    after: { commit: "b".repeat(40), requiredChecks: ["ci"] },
    modified: 1000,
  },
  {
    type: dynamic("rollout:Attempt"),
    name: "attempt",
    op: "update",
    before: { release: "a".repeat(40) },
    after: { release: "b".repeat(40) },
    waits: { "": ["gate"] },
    modified: 1000.2,
  },
  {
    type: dynamic("neon:Endpoint"),
    name: "database-endpoint",
    op: "update",
    before: { maxUnits: 1 },
    after: { maxUnits: 2 },
    waits: { "": ["attempt"] },
    part: "database",
    modified: 1001,
  },
  {
    type: dynamic("neon:Connection"),
    name: "database-connection",
    op: "update",
    before: { endpointId: "ep-1", database: "atlaris" },
    after: { endpointId: unknownValue, database: "atlaris" },
    waits: { endpointId: ["database-endpoint"], "": ["attempt"] },
    part: "database",
    modified: 1001.5,
  },
  {
    type: dynamic("fly:AppSecrets"),
    name: "worker-secrets",
    op: "update",
    before: {
      app: "worker-staging",
      values: secret({ DATABASE_URL: "postgres", KEY: "old value", GONE: "was" }),
    },
    after: {
      app: "worker-staging",
      values: { DATABASE_URL: unknownValue, KEY: secret("new value"), ADDED: secret("another") },
    },
    waits: { values: ["database-connection"], "": ["attempt"] },
    part: "worker",
    modified: 1002,
  },
  {
    type: dynamic("fly:Image"),
    name: "worker-image-build",
    op: "replace",
    before: { label: "content-1" },
    after: { label: "content-2" },
    waits: { "": ["attempt"] },
    part: "worker-image",
    modified: 1010.2,
  },
  {
    type: dynamic("fly:Deployment"),
    name: "worker-deployment",
    op: "update",
    before: {
      app: "worker-staging",
      sourceDigest: oldSources,
      count: 1,
      secretsVersion: "KEY=abc",
      image: "i:1",
    },
    after: {
      app: "worker-staging",
      sourceDigest: newSources,
      count: 2,
      secretsVersion: unknownValue,
      image: unknownValue,
    },
    waits: { secretsVersion: ["worker-secrets"], image: ["worker-image-build"], "": ["attempt"] },
    part: "worker",
    modified: 1015.2,
  },
  {
    type: dynamic("github:Secret"),
    name: "github-DATABASE_URL",
    op: "create",
    after: {
      owner: "o",
      repository: "r",
      environment: "staging",
      name: "DATABASE_URL",
      value: secret("postgres"),
    },
    waits: { "": ["attempt"] },
  },
  {
    type: dynamic("rollout:Smoke"),
    name: "smoke",
    op: "update",
    before: { live: { worker: oldSources } },
    after: { live: { worker: newSources } },
    waits: { "": ["worker-deployment", "attempt"] },
    modified: 1016,
  },
  {
    type: "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
    name: "branch-main",
    op: "delete",
    before: { branchPattern: "main" },
  },
  {
    type: dynamic("fly:App"),
    name: "old-app",
    op: "delete",
    before: { name: "worker-old", organization: "personal" },
  },
  {
    type: dynamic("neon:Database"),
    name: "database-database",
    op: "replace",
    before: { name: "atlaris", branchId: "br-1", owner: "me" },
    after: { name: "atlaris2", branchId: "br-1", owner: "me" },
    waits: { "": ["attempt"] },
    part: "database",
    modified: 1001.2,
  },
];

const finding = (rule: string, subject: string, harmClass: Harm, declared: string | undefined): Finding => ({
  migration: "0003_drop",
  rule,
  subject,
  class: harmClass,
  statement: "",
  line: 1,
  harm: "what it holds is lost",
  remedy: "",
  isDeclarable: true,
  ...(declared === undefined ? {} : { declared }),
});

const review = (planned: readonly Planned[], pending: Pending = { kind: "none" }): Review =>
  reviewOf({
    stack: "staging",
    plan: planOf(planned, {
      diagnostics: [{ severity: "warning", message: "warning: what is `new value` to @you?\n" }],
    }),
    pending,
    linted: [
      { name: "0002_add", findings: [] },
      { name: "0004_rename", findings: [], oneWay: "nobody goes back" },
      {
        name: "0003_drop",
        findings: [
          finding("drop-column", "plans.note", "loses data", "nothing reads it"),
          finding("index-not-concurrently", "plans_note", "locks", undefined),
        ],
      },
    ],
    begun: [1_000_000],
  });

describe("the comment", () => {
  it("says of a migration that is declared one-way that it cannot be undone", () => {
    const text = markdownOf(review([], { kind: "some", names: ["0002_add", "0004_rename"] }));
    expect(text).toContain(
      "### Cannot be undone\n- **migration `0004_rename` is declared one-way**: the release before may not work on its schema, " +
        "so that a rollback is not to be counted on; declared: nobody goes back\n",
    );
    expect(text).toContain("- runs `0002_add`\n- runs `0004_rename`; declared **one-way**\n\n");
  });

  it("tells a change with one of each kind, the worst first", () => {
    const text = markdownOf(review(everything, { kind: "some", names: ["0002_add", "0003_drop"] }));
    expect(text).toMatchInlineSnapshot(`
      "<!-- atlaris-rollout preview: staging -->
      ## What a rollout to \`staging\` would do

      **4 cannot be undone**, 2 deleted, 2 replaced, 6 changed, 1 created, 1 perhaps, 30 unchanged. Release \`aaaaaaaaaaaa\` → \`bbbbbbbbbbbb\`. Expected time: ~16.3 s, without \`gate\`, \`github-DATABASE_URL\` of which no time is known.

      ### Cannot be undone
      - **database \`atlaris\` is made anew**: all its tables go with what is in them; the new one is empty
      - **migration \`0003_drop\` loses data**: drop-column plans.note: what it holds is lost; declared: nothing reads it
      - **app \`worker-old\` is deleted**: its machines and its secrets go, and its name is free for others
      - **secret \`GONE\` is removed from the Fly app worker-staging**: its value can be read back nowhere

      **Neon**
      - replaced: database \`atlaris2\`: name \`atlaris\` → \`atlaris2\`
      - changed: compute of the database branch: largest size \`1\` → \`2\`

      **Fly**
      - deleted: app \`worker-old\`
      - replaced: image of the workers: content \`content-1\` → \`content-2\`
      - changed: worker \`worker-staging\`: machines \`1\` → \`2\`; secrets → known in the rollout; sources \`111111111111\` → \`222222222222\`
      - changed: secrets of \`worker-staging\`

      **GitHub**
      - deleted: leave to deploy for the branches \`main\`
      - created: secret \`DATABASE_URL\`

      **Migrations**, none declared one-way: refused if the live release fails on the new schema, as \`bin/rollout rehearse --stack staging\` tells
      - runs \`0002_add\`
      - runs \`0003_drop\`; declared: \`drop-column plans.note\`; **refused** until declared: \`index-not-concurrently plans_note\`

      **Secrets**, by digests that only this stack can make
      - added: \`DATABASE_URL\` of GitHub environment \`staging\`: \`48c7804a48ac\`
      - added: \`ADDED\` of Fly app \`worker-staging\`: \`38b0a5a0301a\`
      - removed: \`GONE\` of Fly app \`worker-staging\`: was \`b8834c1cf4b8\`
      - changed: \`KEY\` of Fly app \`worker-staging\`: \`ef5df0a667be\` → \`fae1c3a010f0\`
      - perhaps, which the rollout tells: \`DATABASE_URL\` of Fly app \`worker-staging\`

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

      - changed: addresses of the database \`atlaris\`: compute \`ep-1\` → known in the rollout

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
    expect(text.split("\n").length).toBeLessThan(80);
  });

  it("says in a few lines that nothing changes", () => {
    const nothing = reviewOf({
      stack: "staging",
      plan: planOf([]),
      pending: { kind: "none" },
      linted: [],
      begun: [],
    });
    expect(markdownOf(nothing)).toMatchInlineSnapshot(`
      "<!-- atlaris-rollout preview: staging -->
      ## What a rollout to \`staging\` would do

      **nothing changes**, 30 unchanged.

      The gate is asked when the rollout begins.
      "
    `);
  });

  it("holds no secret, in Markdown or as JSON", () => {
    const told = review(everything);
    const text = `${markdownOf(told)}${JSON.stringify(told)}`;
    for (const value of ["old value", "new value", "another", "postgres"]) expect(text).not.toContain(value);
  });

  it("is never longer than GitHub takes, and says what it leaves out", () => {
    const many = (count: number): Review => {
      const told = review(everything, { kind: "some", names: ["0003_drop"] });
      const copies = <T>(all: readonly T[]): T[] => Array.from({ length: count }, () => all).flat();
      return {
        ...told,
        irreversible: copies(told.irreversible),
        changes: copies(told.changes),
        secrets: copies(told.secrets),
      };
    };
    const text = markdownOf(many(2000));
    expect(text.length).toBeLessThanOrEqual(commentLimit);
    expect(text).toMatch(/more, which `bin\/rollout preview --stack staging` shows/);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 3000, max: 20_000 }), (count, limit) => {
        const cut = markdownOf(many(count), limit);
        expect(cut.length).toBeLessThanOrEqual(limit);
        expect(cut.startsWith("<!-- atlaris-rollout preview: staging -->\n")).toBe(true);
        expect(cut.match(/<details>/g)?.length).toBe(cut.match(/<\/details>/g)?.length);
        expect((cut.match(/^```/gm)?.length ?? 0) % 2).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});

describe("what cannot be undone", () => {
  const lost = (planned: Planned): readonly string[] =>
    review([planned]).irreversible.map(({ what, named, happens }) =>
      [what, named, happens].filter(Boolean).join(" "),
    );

  it.each<[string, Planned, readonly string[]]>([
    [
      "a branch that is deleted",
      { type: dynamic("neon:Branch"), name: "b", op: "delete", before: { name: "staging" } },
      ["database branch staging is deleted"],
    ],
    [
      "a project that is made anew, though the old one stays",
      {
        type: dynamic("neon:Project"),
        name: "p",
        op: "replace",
        retained: true,
        before: { name: "atlaris", region: "a" },
        after: { name: "atlaris", region: "b" },
      },
      ["project atlaris is made anew"],
    ],
    [
      "a project that the stack only lets go of: nothing",
      { type: dynamic("neon:Project"), name: "p", op: "delete", retained: true, before: { name: "atlaris" } },
      [],
    ],
    [
      "a shorter history",
      {
        type: dynamic("neon:Project"),
        name: "p",
        op: "update",
        before: { name: "atlaris", historyRetentionSeconds: 86400 },
        after: { name: "atlaris", historyRetentionSeconds: 3600 },
      },
      ["project atlaris forgets"],
    ],
    [
      "a longer history: nothing",
      {
        type: dynamic("neon:Project"),
        name: "p",
        op: "update",
        before: { name: "atlaris", historyRetentionSeconds: 3600 },
        after: { name: "atlaris", historyRetentionSeconds: 86400 },
      },
      [],
    ],
    [
      "a new password",
      {
        type: dynamic("neon:Role"),
        name: "r",
        op: "update",
        before: { name: "me", passwordVersion: "1" },
        after: { name: "me", passwordVersion: "2" },
      },
      ["secret password of me is made anew"],
    ],
    [
      "a variable that is deleted",
      {
        type: dynamic("vercel:Variable"),
        name: "v",
        op: "delete",
        before: { key: "K", target: "preview", value: secret("abc") },
      },
      ["variable K is deleted"],
    ],
    [
      "a kind that nobody has told us of",
      { type: "aws:s3/bucket:Bucket", name: "files", op: "delete", before: {} },
      ["bucket files is deleted"],
    ],
    [
      "an image that is made anew: nothing",
      { type: dynamic("fly:Image"), name: "i", op: "replace", before: { label: "1" }, after: { label: "2" } },
      [],
    ],
  ])("is %s", (_what, planned, expected) => {
    expect(lost(planned)).toEqual(expected);
  });

  it("is what lies in a place that is made anew, though the engine calls it a change", () => {
    const planned: readonly Planned[] = [
      {
        type: dynamic("neon:Branch"),
        name: "branch",
        op: "update",
        before: { name: "staging", projectId: "p-1" },
        after: { name: "staging", projectId: unknownValue },
        waits: { projectId: ["project"] },
      },
      {
        type: dynamic("neon:Project"),
        name: "project",
        op: "replace",
        retained: true,
        before: { name: "atlaris", region: "a" },
        after: { name: "atlaris", region: "b" },
      },
    ];
    expect(review(planned).irreversible.map(({ what, happens }) => `${what} ${happens}`)).toEqual([
      "project is made anew",
      "database branch goes with its place, which is made anew",
    ]);
  });
});

describe("what may change", () => {
  const certain = (planned: readonly Planned[]): Record<string, boolean> =>
    Object.fromEntries(
      review(planned).changes.map(({ urn, isCertain }) => [urn.split("::").at(-1) ?? "", isCertain]),
    );
  const connection: Planned = {
    type: dynamic("neon:Connection"),
    name: "connection",
    op: "update",
    before: { endpointId: "ep-1", password: secret("a") },
    after: { endpointId: unknownValue, password: secret("a") },
    waits: { endpointId: ["endpoint"] },
  };

  it("is what waits for a value of something that is merely changed", () => {
    const endpoint: Planned = {
      type: dynamic("neon:Endpoint"),
      name: "endpoint",
      op: "update",
      before: { maxUnits: 1 },
      after: { maxUnits: 2 },
    };
    expect(certain([connection, endpoint])).toEqual({ connection: false, endpoint: true });
  });

  it("is certain when that is made anew", () => {
    const endpoint: Planned = {
      type: dynamic("neon:Endpoint"),
      name: "endpoint",
      op: "replace",
      before: { branchId: "1" },
      after: { branchId: "2" },
    };
    expect(certain([connection, endpoint])).toEqual({ connection: true, endpoint: true });
  });

  it("is certain when a secret is another one, and none when it is the same", () => {
    expect(certain([{ ...connection, after: { ...connection.after, password: secret("b") } }])).toEqual({
      connection: true,
    });
    expect(certain([connection])).toEqual({ connection: false });
  });
});
