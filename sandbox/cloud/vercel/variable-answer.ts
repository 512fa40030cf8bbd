import { createHash } from "node:crypto";
import { user } from "./account.ts";
import type { Variable } from "./state.ts";

/**
 * The variable as an answer shows it. A sensitive value is never shown again; an encrypted one only where the
 * caller asks for it in the clear, and else as an unreadable text that changes with it.
 */
export function answerVariable(variable: Variable, { isDecrypted }: { isDecrypted: boolean }): object {
  return {
    id: variable.id,
    key: variable.key,
    type: variable.type,
    target: variable.target,
    value: visibleValue(variable, isDecrypted),
    ...(variable.type === "sensitive" ? {} : { decrypted: variable.type === "plain" || isDecrypted }),
    ...(variable.gitBranch === null ? {} : { gitBranch: variable.gitBranch }),
    ...(variable.comment === null ? {} : { comment: variable.comment }),
    customEnvironmentIds: variable.customEnvironmentIds,
    configurationId: null,
    createdAt: variable.createdAt,
    updatedAt: variable.updatedAt,
    createdBy: user.id,
    updatedBy: user.id,
  };
}

function visibleValue({ id, type, value }: Variable, isDecrypted: boolean): string {
  if (type === "sensitive") return "";
  if (type !== "encrypted" || isDecrypted) return value;
  const digest = createHash("sha256").update(`${id}\0${value}`).digest("base64");
  return Buffer.from(JSON.stringify({ v: "v2", c: digest })).toString("base64");
}
