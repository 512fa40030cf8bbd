import { cloudNames, type CloudName } from "../cloud/emulator.ts";
import { nameOf, type DocumentedCall } from "./call.ts";
import { contracts } from "./index.ts";

const titles: Readonly<Record<CloudName, string>> = {
  neon: "Neon",
  fly: "Fly.io",
  vercel: "Vercel",
  github: "GitHub",
  railway: "Railway",
  ai: "The language model",
};
const begin = "<!-- The tables are written by `npx tsx sandbox/contract/write-table.ts` from calls.ts. -->";
const end = "<!-- End of the tables. -->";

/** The text of docs/sandbox.md with the tables of calls as `calls.ts` of each cloud has them; not yet formatted. */
export function withTables(text: string): string {
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(
      `docs/sandbox.md has no place for the tables. Put these two lines there:\n${begin}\n${end}`,
    );
  return [before, begin, "\n\n", cloudNames.map(section).join("\n\n"), "\n\n", end, after].join("");
}

function section(name: CloudName): string {
  const { calls, document } = contracts[name];
  return [
    `### ${titles[name]}`,
    `Held against ${document}.`,
    ["| call | there called | left out |", "| --- | --- | --- |", ...calls.map(row)].join("\n"),
  ].join("\n\n");
}

function row(call: DocumentedCall): string {
  const also = (call.alsoAt ?? []).map((path) => `\`${path}\``).join(", ");
  const left = [call.leftOut, also && `also at ${also}`].filter((part) => part !== undefined && part !== "");
  const operation = call.document === undefined ? call.operation : `${call.operation} (${call.document})`;
  return `| \`${nameOf(call)}\` | ${operation} | ${left.join("; ")} |`;
}
