import { describe, expect, it } from "vitest";
import type { UnownedThing } from "@rollout/infra/rollout/ownership/unowned-things";
import { markdownOf } from "./markdown.ts";
import type { Planned } from "./plan-fixture.ts";
import { planOf } from "./plan-fixture.ts";
import { dynamic } from "./review-fixture.ts";
import type { Review } from "./review.ts";
import { reviewOf } from "./review.ts";

const planned: readonly Planned[] = [
  { type: dynamic("fly:App"), name: "worker-app", op: "create", after: { name: "shop-worker" } },
  { type: dynamic("fly:App"), name: "mailer-app", op: "create", after: { name: "shop-again" } },
  { type: dynamic("fly:AppSecrets"), name: "worker-secrets", op: "create", after: { app: "shop-worker" } },
  { type: dynamic("neon:Role"), name: "database-role", op: "create", after: { name: "shop_staging" } },
  {
    type: dynamic("github:Secret"),
    name: "repository-secrets-KEY",
    op: "create",
    after: { name: "KEY" },
  },
  {
    type: dynamic("github:Secret"),
    name: "github-environment-KEY",
    op: "create",
    after: { name: "KEY", environment: "staging" },
  },
];

const onRailway: Planned = {
  ...{ type: dynamic("railway:Service"), name: "worker-service", op: "create" },
  after: { name: "shop-worker" },
};

const existing: readonly UnownedThing[] = [
  { kind: "Fly app", name: "shop-worker", state: "2 machines", harm: "its secrets A and B would be deleted" },
  { kind: "Neon role", name: "shop/staging/shop_staging", state: "can log in", belongsTo: "production" },
  { kind: "GitHub secret", name: "staging/KEY", state: "set", harm: "it would get another value" },
];

function review(found: readonly UnownedThing[]): Review {
  return reviewOf({
    ...{ stack: "staging", plan: planOf(planned), pending: { kind: "none" }, linted: [], begun: [] },
    existing: found,
    sql: new Map(),
    onRecord: {},
  });
}

describe("a preview of a first rollout", () => {
  it("calls nothing created that exists already", () => {
    const operations = review(existing).changes.map(({ urn, operation }) => [
      urn.split("::").at(-1),
      operation,
    ]);
    expect(Object.fromEntries(operations)).toEqual({
      ...{ "worker-app": "exists", "worker-secrets": "exists", "database-role": "exists" },
      ...{ "mailer-app": "create", "repository-secrets-KEY": "create" },
      "github-environment-KEY": "exists",
    });
  });

  it("calls no service of Railway created that another has made", () => {
    const found: UnownedThing = {
      kind: "Railway service",
      name: "p-1/shop-worker",
      state: "no deployment works",
    };
    const { changes } = reviewOf({
      ...{ stack: "staging", plan: planOf([onRailway]), pending: { kind: "none" }, linted: [], begun: [] },
      ...{ existing: [found], sql: new Map(), onRecord: {} },
    });
    expect(changes.map(({ operation }) => operation)).toEqual(["exists"]);
  });

  it("lists what exists, what a rollout would do to it and the command that takes it over", () => {
    const text = markdownOf(review(existing));
    expect(text).toContain(
      [
        "### Exists already",
        "- **Fly app shop-worker** (2 machines): its secrets A and B would be deleted",
        "- **Neon role shop/staging/shop\\_staging**, of `production` (can log in)",
        "- **GitHub secret staging/KEY** (set): it would get another value",
        "",
        "The gate refuses a rollout over it. To take it over as it is: `bin/rollout adopt --stack staging`",
      ].join("\n"),
    );
    expect(text).toContain("2 created, 4 there already");
    expect(text).toContain("- there already: app `shop-worker`");
    expect(markdownOf(review([]))).not.toContain("Exists already");
  });
});

it("does not show how a thing was adopted as a change of it", () => {
  const branch: Planned = {
    ...{ type: dynamic("neon:Branch"), name: "database-branch", op: "update" },
    ...{ before: { name: "staging", adopts: "br-1" }, after: { name: "staging" } },
  };
  const { changes } = reviewOf({
    ...{ stack: "staging", plan: planOf([branch]), pending: { kind: "none" }, linted: [], begun: [] },
    existing: [],
    sql: new Map(),
    onRecord: {},
  });
  expect(changes).toMatchObject([{ operation: "update", differences: [] }]);
});
