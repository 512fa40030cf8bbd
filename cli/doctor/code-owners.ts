import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Check, Finding } from "../../stacks/doctor/check.ts";
import { holds, unknown } from "../../stacks/doctor/check.ts";
import type { DoctorContext } from "../../stacks/doctor/context.ts";
import { rulesOfBranches } from "../../stacks/rules-of-branches.ts";

const file = ".github/CODEOWNERS";

/** What this repository is published with. No login on GitHub has two dashes in a row. */
const placeholder = "@release--owner";

/** Whether the rules of the branches, which ask for an owner's approval, find owners that exist. */
export function codeOwnersChecks(
  checkout: string,
  { kind, settings: { github } }: Pick<DoctorContext, "kind" | "settings">,
): readonly Check[] {
  const { requireCodeOwners, branches } = rulesOfBranches(github);
  if (!kind.makesShared || !requireCodeOwners || branches.length === 0) return [];
  const look = (): Finding => {
    if (!existsSync(join(checkout, file)))
      return unknown(`there is no ${file}, so that no approval is needed`);
    const owners = ownersIn(readFileSync(join(checkout, file), "utf8"));
    if (owners.length === 0) return unknown(`${file} names no owner, so that no approval is needed`);
    if (owners.includes(placeholder))
      return unknown(
        `${file} names the placeholder ${placeholder}, so that no approval is needed`,
        `put a user or a team there who may write: sed -i.bak 's/${placeholder}/@LOGIN/' ${file}`,
      );
    return holds(`${file} names ${owners.join(", ")}; whether they may write, GitHub shows at the file`);
  };
  return [{ name: "code owners", look: () => Promise.resolve(look()) }];
}

/** Each owner that a line gives after its pattern. */
function ownersIn(text: string): readonly string[] {
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim());
  return [...new Set(lines.flatMap((line) => line.split(/\s+/).slice(1)))];
}
