import { createHash } from "node:crypto";
import type { Commit, Person } from "./state.ts";

/** What GitHub finds in a commit without a signature, as all of the emulator are. */
export const unsigned = {
  verified: false,
  reason: "unsigned",
  signature: null,
  payload: null,
  verified_at: null,
};

/** The name of a commit, as Git makes it of its content; of a signed commit it is another one. */
export function commitName({ message, tree, parents, author, committer }: Commit): string {
  const text = Buffer.from(
    [
      `tree ${tree}`,
      ...parents.map((parent) => `parent ${parent}`),
      `author ${signature(author)}`,
      `committer ${signature(committer)}`,
      "",
      message,
    ].join("\n"),
  );
  return createHash("sha1")
    .update(`commit ${String(text.length)}\0`)
    .update(text)
    .digest("hex");
}

/** Git keeps seconds and an offset from UTC. */
function signature({ name, email, date }: Person): string {
  const [, offset = ""] = /([+-]\d\d:?\d\d)$/.exec(date) ?? [];
  const seconds = Math.floor(Date.parse(date) / 1000);
  return `${name} <${email}> ${String(seconds)} ${offset === "" ? "+0000" : offset.replace(":", "")}`;
}
