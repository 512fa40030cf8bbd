import { isMigration, migrationReason } from "./migration-command.ts";

interface Instruction {
  readonly keyword: string;
  readonly text: string;
}

/** The instructions of a Dockerfile, each on one line and without comments. */
function instructionsOf(dockerfile: string): readonly Instruction[] {
  return dockerfile
    .split("\n")
    .filter((line) => !line.trim().startsWith("#"))
    .join("\n")
    .replaceAll(/[\\`][ \t]*\r?\n/g, " ")
    .split("\n")
    .map((line) => /^\s*(\w+)\s+(.*)$/.exec(line))
    .filter((found) => found !== null)
    .map(([, keyword = "", text = ""]) => ({ keyword: keyword.toUpperCase(), text: text.trim() }));
}

/** What a Dockerfile copies out of the project's folder, as it names it: files, folders and patterns. */
export function copiedPaths(dockerfile: string): readonly string[] {
  return instructionsOf(dockerfile).flatMap(({ keyword, text }) => {
    if ((keyword !== "COPY" && keyword !== "ADD") || /(^|\s)--from=/.test(text)) return [];
    return wordsOf(text.replaceAll(/(?:^|\s)--\w+(?:=\S+)?/g, "").trim()).slice(0, -1);
  });
}

/** The words of an instruction, also in the form of a JSON list. */
function wordsOf(text: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed)) return parsed.map(String);
  } catch {
    // As Docker does: what is no JSON is a line of words.
  }
  return text.split(/\s+/).filter((word) => word !== "");
}

/**
 * What a rollout does not work with in the workers' Dockerfile, a sentence each.
 *
 * @param target The stage that becomes the image; the last one where it is absent.
 */
export function dockerfileFaults(dockerfile: string, file: string, target?: string): readonly string[] {
  const stages: Instruction[][] = [];
  for (const instruction of instructionsOf(dockerfile)) {
    if (instruction.keyword === "FROM") stages.push([]);
    stages.at(-1)?.push(instruction);
  }
  const names = stages.map((stage) => /\sas\s+(\S+)$/i.exec(stage[0]?.text ?? "")?.[1]?.toLowerCase());
  const stage = target === undefined ? stages.at(-1) : stages[names.indexOf(target.toLowerCase())];
  if (target !== undefined && stage === undefined)
    return [
      `${file}: expected a stage ${target}, which build-target of the fly.*.toml names, found ${
        names.filter((name) => name !== undefined).join(", ") || "none with a name"
      }`,
    ];
  return (stage ?? [])
    .filter(({ keyword, text }) => ["CMD", "ENTRYPOINT"].includes(keyword) && isMigration(text))
    .map(({ keyword, text }) => `${file}: ${keyword} ${text}: ${migrationReason}`);
}
