import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { localAlertmanager } from "./local-configuration.ts";

const committed = readFileSync(
  join(import.meta.dirname, "..", "..", "monitoring", "alertmanager.yml"),
  "utf8",
);
const receivers = { http: "http://127.0.0.1:1", mail: "127.0.0.1:2" };

describe("Alertmanager's configuration on this machine", () => {
  it("leads every receiver here and to no other address", () => {
    const local = localAlertmanager(committed, receivers);
    const addresses = [...local.matchAll(/(?:https?:\/\/|smarthost: )([^\s/]+)/g)].map(([, host]) => host);
    expect(new Set(addresses)).toEqual(new Set(["127.0.0.1:1", "127.0.0.1:2"]));
    expect(local).not.toMatch(/_file:/);
  });

  it("keeps routes, groups and inhibitions, and waits shorter", () => {
    type Route = { group_by: string[]; receiver: string; group_wait: string; routes?: Route[] };
    const [before, after] = [committed, localAlertmanager(committed, receivers)].map(
      (text) => load(text) as { route: Route; inhibit_rules: unknown },
    );
    expect(after?.inhibit_rules).toEqual(before?.inhibit_rules);
    expect(after?.route.group_by).toEqual(before?.route.group_by);
    expect(after?.route.routes?.map(({ receiver }) => receiver)).toEqual(["on-call"]);
    expect(after?.route.group_wait).toBe("1s");
  });

  it("is refused where a kind of receiver is not known", () => {
    const other = "route: { receiver: a }\nreceivers: [{ name: a, sns_configs: [{}] }]";
    expect(() => localAlertmanager(other, receivers)).toThrow("no receiver for sns_configs of a");
  });
});
