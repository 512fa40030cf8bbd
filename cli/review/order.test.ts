import { describe, expect, it } from "vitest";
import { orderOf } from "./order.ts";
import type { Step } from "./plan.ts";

const urn = (name: string, type = "pulumi-nodejs:dynamic/fly:App"): string =>
  `urn:pulumi:staging::shop::${type}::${name}`;

const step = (name: string, parent = "shop-staging"): Step => ({
  urn: urn(name),
  type: "pulumi-nodejs:dynamic/fly:App",
  name,
  operation: "update",
  before: {},
  after: {},
  plainBefore: {},
  plainAfter: {},
  outputs: {},
  parent: parent === "shop-staging" ? urn(parent, "pulumi:pulumi:Stack") : urn(parent, "rollout:fly:Worker"),
  propertyDependencies: {},
  isRetained: false,
});

const waits = (of: Record<string, readonly string[]>): ReadonlyMap<string, readonly string[]> =>
  new Map(Object.entries(of).map(([name, before]) => [urn(name), before.map((each) => urn(each))]));

const shown = (groups: ReturnType<typeof orderOf>): Record<string, readonly string[]> =>
  Object.fromEntries(groups.map(({ name, after }) => [name, after]));

describe("the order of a rollout", () => {
  it("comes from what resources wait for, over those that stay, and leaves out what is reported already", () => {
    const order = orderOf(
      [step("gate"), step("image"), step("worker"), step("smoke")],
      waits({
        image: ["gate"],
        stays: ["image"],
        worker: ["stays", "gate"],
        smoke: ["worker", "image", "gate"],
      }),
    );
    expect(shown(order)).toEqual({ gate: [], image: ["gate"], worker: ["image"], smoke: ["worker"] });
  });

  it("shows the parts of a component as one", () => {
    const order = orderOf(
      [step("secrets", "worker"), step("deployment", "worker"), step("live")],
      waits({ deployment: ["secrets"], live: ["deployment"] }),
    );
    expect(shown(order)).toEqual({ worker: [], live: ["worker"] });
    expect(order[0]?.urns).toEqual([urn("secrets"), urn("deployment")]);
  });

  it("takes a component apart where something else waits between its parts", () => {
    const order = orderOf(
      [step("app", "worker"), step("image"), step("deployment", "worker")],
      waits({ image: ["app"], deployment: ["image"] }),
    );
    expect(shown(order)).toEqual({ app: [], image: ["app"], deployment: ["image"] });
  });

  it("leaves out what is merely deleted, which comes when all else is done", () => {
    expect(orderOf([{ ...step("old"), operation: "delete" }], waits({}))).toEqual([]);
  });
});
