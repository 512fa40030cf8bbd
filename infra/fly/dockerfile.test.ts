import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { copiedPaths, dockerfileFaults } from "./dockerfile.ts";

const folder = join("tests", "fixtures", "dockerfiles");
/** Dockerfiles of the kinds that public repositories have for Node workers; `# rollout: …` names what is refused. */
const files = readdirSync(folder).map((name) => {
  const text = readFileSync(join(folder, name), "utf8");
  return { name, text, faults: [...text.matchAll(/^# rollout: (.*)$/gm)].map(([, fault = ""]) => fault) };
});

describe("a Dockerfile of a Node worker", () => {
  it.each(files)("$name is accepted by a rollout unless it migrates", ({ text, faults }) => {
    expect(dockerfileFaults(text, "Dockerfile.worker")).toEqual(
      faults.map((fault) => expect.stringContaining(`Dockerfile.worker: ${fault}`) as string),
    );
  });

  it("copies what its instructions name, in each of their forms, and nothing of another stage", () => {
    const text = [
      "FROM node:24 AS build",
      "COPY --chown=node:node a.json b/ \\",
      "  # a remark",
      "  c*.json ./",
      'ADD ["d e.txt", "/app/"]',
      "FROM node:24",
      "COPY --from=build /out /out",
    ].join("\n");
    expect(copiedPaths(text)).toEqual(["a.json", "b/", "c*.json", "d e.txt"]);
  });
});
