import { describe, expect, it } from "vitest";
import { givenUpText } from "@rollout/infra/dynamic/given-up";
import type { EngineEvent } from "../engine/engine-event.ts";
import type { StepChange } from "./rollout-progress.ts";
import { followRollout } from "./rollout-progress.ts";

const secretMark = "4dabf18193072939515e22adb298388d";

function urn(type: string, name: string): string {
  return `urn:pulumi:staging::shop::${type}::${name}`;
}

function step(phase: string, op: string, type: string, name: string, more: object = {}): EngineEvent {
  const metadata = { op, type, urn: urn(`rollout:fly:Worker$${type}`, name), ...more };
  return { sequence: 0, timestamp: 0, [phase]: { metadata } };
}

function said(severity: string, message: string, from?: string): EngineEvent {
  const diagnosticEvent = {
    severity,
    message,
    ...(from ? { urn: from, ephemeral: severity === "info" } : {}),
  };
  return { sequence: 0, timestamp: 0, diagnosticEvent } as unknown as EngineEvent;
}

/** Feeds events, one a second, and gives what came out. */
function follow(events: readonly EngineEvent[]) {
  let seconds = 0;
  const progress = followRollout(() => seconds * 1000);
  const changes: StepChange[] = [];
  for (const event of events) {
    changes.push(...progress.apply(event));
    seconds += 1;
  }
  return { changes, end: progress.end() };
}

const deployment = "pulumi-nodejs:dynamic/fly:Deployment";

describe("the progress of a rollout", () => {
  it("prints of each step when it starts, its messages and how long it took", () => {
    const { changes, end } = follow([
      step("resourcePreEvent", "update", deployment, "worker-deployment"),
      said("info", "1 of 2 machines is healthy\n", urn(deployment, "worker-deployment")),
      step("resOutputsEvent", "update", deployment, "worker-deployment"),
    ]);
    expect(changes).toEqual([
      { kind: "started", step: "worker-deployment", action: "updated" },
      { kind: "line", step: "worker-deployment", line: "1 of 2 machines is healthy" },
      { kind: "done", step: "worker-deployment", action: "updated", seconds: 2 },
    ]);
    expect(end).toMatchObject({ acted: true, failedSteps: [], errors: [] });
  });

  it("explains what GitHub's plan does not have, which the plugin's error does not", () => {
    const environment = "github:index/repositoryEnvironment:RepositoryEnvironment";
    const { end } = follow([
      step("resourcePreEvent", "create", environment, "github-environment"),
      said(
        "error",
        "422 Please ensure the billing plan supports the wait timer protection rule. []",
        urn(environment, "github-environment"),
      ),
      step("resOpFailedEvent", "create", environment, "github-environment"),
    ]);
    expect(end.errors).toEqual([expect.stringContaining("rollout:github.environment") as string]);
  });

  it("distinguishes a step that was given up from the one that failed", () => {
    const image = "pulumi-nodejs:dynamic/fly:Image";
    const web = "pulumi-nodejs:dynamic/vercel:Deployment";
    const { changes, end } = follow([
      step("resourcePreEvent", "create", image, "image"),
      step("resourcePreEvent", "create", web, "web"),
      said("error", "the build ended with 7", urn(web, "web")),
      step("resOpFailedEvent", "create", web, "web"),
      said("error", `1 error occurred:\n\t* ${givenUpText}\n\n`, urn(image, "image")),
      step("resOpFailedEvent", "create", image, "image"),
    ]);
    expect(changes.slice(2)).toEqual([
      { kind: "failed", step: "web", action: "created", seconds: 2 },
      { kind: "given up", step: "image", action: "created", seconds: 5 },
    ]);
    expect(end).toMatchObject({
      failedSteps: ["web"],
      errors: ["web failed: the build ended with 7"],
      runningSteps: [],
    });
  });

  it("leaves out what stays the same, components, providers and the stack itself", () => {
    const { changes, end } = follow([
      step("resourcePreEvent", "same", deployment, "worker-deployment"),
      step("resourcePreEvent", "create", "rollout:fly:Worker", "worker"),
      step("resourcePreEvent", "create", "pulumi:providers:github", "github"),
      step("resourcePreEvent", "create", "pulumi:pulumi:Stack", "shop-staging"),
    ]);
    expect(changes).toEqual([]);
    expect(end.acted).toBe(false);
  });

  it("reports a replacement, and what of the old one is deleted", () => {
    const type = "command:local:Command";
    const { changes } = follow(
      ["create-replacement", "replace", "delete-replaced"].flatMap((op) => [
        step("resourcePreEvent", op, type, "migration"),
        step("resOutputsEvent", op, type, "migration"),
      ]),
    );
    expect(changes.filter(({ kind }) => kind === "done")).toEqual([
      { kind: "done", step: "migration", action: "replaced", seconds: 1 },
      { kind: "done", step: "migration", action: "old one deleted", seconds: 1 },
    ]);
  });

  it("prints a failure once, in the program's words, and not that the update failed", () => {
    const { changes, end } = follow([
      step("resourcePreEvent", "update", deployment, "worker-deployment"),
      said("error", "worker-deployment failed: broken at boot"),
      said("error", "1 error occurred: broken at boot and much more", urn(deployment, "worker-deployment")),
      step("resOpFailedEvent", "update", deployment, "worker-deployment"),
      said("error", "something else broke", urn(deployment, "mailer-deployment")),
      said("error", "update failed"),
    ]);
    expect(changes.at(-1)).toEqual({
      kind: "failed",
      step: "worker-deployment",
      action: "updated",
      seconds: 3,
    });
    expect(end.failedSteps).toEqual(["worker-deployment"]);
    expect(end.errors).toEqual([
      "worker-deployment failed: broken at boot",
      "mailer-deployment failed: something else broke",
    ]);
  });

  const status = "pulumi-nodejs:dynamic/rollout:Status";
  const attempt = "pulumi-nodejs:dynamic/rollout:Attempt";
  const deleting = [
    step("resourcePreEvent", "delete", deployment, "old-deployment"),
    step("resOpFailedEvent", "delete", deployment, "old-deployment"),
  ];
  const closed = [
    ...[
      step("resourcePreEvent", "update", attempt, "attempt"),
      step("resOutputsEvent", "update", attempt, "attempt"),
    ],
    ...[
      step("resourcePreEvent", "update", status, "status"),
      step("resOutputsEvent", "update", status, "status"),
    ],
  ];
  it.each<[string, readonly EngineEvent[], boolean]>([
    ["after the record was closed", [...closed, ...deleting], true],
    ["in a run that had nothing else to do", deleting, true],
    ["before the record was closed", [...closed.slice(0, 3), ...deleting], false],
    [
      "next to another failure",
      [
        ...closed,
        ...deleting,
        step("resourcePreEvent", "update", deployment, "w"),
        step("resOpFailedEvent", "update", deployment, "w"),
      ],
      false,
    ],
    ["that did not fail", closed, false],
  ])("knows whether only a delete has failed: %s", (_name, events, expected) => {
    expect(follow(events).end.onlyCleanUpFailed).toBe(expected);
  });

  it("passes on which release replaces which, and no other line of the program", () => {
    const replaces = "release cccccccccccc replaces bbbbbbbbbbbb (#2), which is live on staging";
    const { changes } = follow([said("info", replaces), said("info", "the last good release again: x")]);
    expect(changes).toEqual([{ kind: "note", message: replaces }]);
  });

  it("keeps the stack's outputs, and secrets out of them", () => {
    const outputs = {
      webUrl: "http://127.0.0.1:1",
      databaseUrl: { [secretMark]: "x", ciphertext: "[secret]" },
    };
    const { end } = follow([
      step("resOutputsEvent", "create", "pulumi:pulumi:Stack", "shop-staging", { new: { outputs } }),
    ]);
    expect(end.outputs).toEqual({ webUrl: "http://127.0.0.1:1" });
  });
});
