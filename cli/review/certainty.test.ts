import { describe, expect, it } from "vitest";
import { unknownValue } from "../engine/preview-report.ts";
import type { Planned } from "./plan-fixture.ts";
import { secret } from "./plan-fixture.ts";
import { dynamic, review } from "./review-fixture.ts";

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

  it("is certain when that is replaced", () => {
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
