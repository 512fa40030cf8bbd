import { expect, it } from "vitest";
import { withMatrix, withSection } from "./page-sections.ts";

const page = "# Cells\n\nText.\n\n## By call\n\n- one\n";

it("keeps the sections of other campaigns where one of them is written again, in their order", () => {
  const killed = withSection(page, "## Rollouts that are killed\n\nKilled.\n");
  const both = withSection(killed, "## Complete rollouts\n\nRolled out.\n");
  expect(both).toBe(
    `${page}\n## Complete rollouts\n\nRolled out.\n\n## Rollouts that are killed\n\nKilled.\n`,
  );
  expect(withSection(both, "## Complete rollouts\n\nAgain.\n")).toBe(both.replace("Rolled out.", "Again."));
  expect(withMatrix(both, "# Other cells\n")).toBe(
    "# Other cells\n\n## Complete rollouts\n\nRolled out.\n\n## Rollouts that are killed\n\nKilled.\n",
  );
});
