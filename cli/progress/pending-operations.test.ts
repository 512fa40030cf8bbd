import { expect, it } from "vitest";
import { pendingOperations } from "./pending-operations.ts";

it("names what was interrupted, in one line", () => {
  expect(
    pendingOperations(
      "Attempting to deploy or update resources with 1 pending operations from previous deployment.\n" +
        "  * urn:pulumi:staging::shop::rollout:fly:WorkerImage$pulumi-nodejs:dynamic/fly:Image::worker-image-build, interrupted while creating\n" +
        "These resources are in an unknown state because the Pulumi CLI was interrupted while\nwaiting for changes",
    ),
  ).toBe(
    "an earlier rollout was interrupted at worker-image-build (creating); this one looks for what it made. " +
      "After a rollout that succeeded this warning ends with: pulumi refresh --stack staging --clear-pending-creates --yes",
  );
});

it("advises a refresh for a change, which the engine then forgets, and not for a creation", () => {
  expect(
    pendingOperations(
      "Attempting to deploy or update resources with 1 pending operations from previous deployment.\n" +
        "  * urn:pulumi:prod::shop::command:local:Command::migration, interrupted while updating\n",
    ),
  ).toContain("migration (updating); this one looks for what it made. With --refresh this warning ends");
});

it("leaves every other warning as it is", () => {
  expect(pendingOperations("the tree differs from its commit in 1 file")).toBeUndefined();
});
