import { testAttempt, testComposition } from "@rollout/infra/rollout/records/test-attempt";
import { expect, it } from "vitest";
import { webDeploymentsOf } from "./web-deployments.ts";

const success = (webDeployment: string, webFiles?: Readonly<Record<string, string>>) => ({
  ended: {
    ...{ at: "", description: "", result: "success" as const, webDeployment },
    ...(webFiles ? { webFiles } : {}),
  },
});

it("names the deployments that were live with these sources, each once with the files that any entry has", () => {
  const attempts = [
    testAttempt(6, "a", { ended: { at: "", description: "", result: "failure", webDeployment: "dpl_6" } }),
    testAttempt(5, "a", success("dpl_1")),
    testAttempt(4, "b", success("dpl_4", { "x.js": "4" })),
    testAttempt(3, "a", success("dpl_3", { "x.js": "3" })),
    testAttempt(2, "a"),
    testAttempt(1, "a", success("dpl_1", { "x.js": "1" })),
  ];
  expect(webDeploymentsOf(testComposition("a"), attempts)).toEqual([
    { deploymentId: "dpl_1", files: { "x.js": "1" } },
    { deploymentId: "dpl_3", files: { "x.js": "3" } },
  ]);
});
