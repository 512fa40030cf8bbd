// Writes what the rollout of this job has put on record as files, and their names with digests into GITHUB_OUTPUT, for the job that
// attests them: the images, the web's files and the entry itself. The rollout is over, so that nothing here fails its job.
//
//     node .github/release-subjects.mjs STACK
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [stack = ""] = process.argv.slice(2);
const folder = join(process.env.RUNNER_TEMP, "release");

function subjects() {
  const text = execFileSync(join("bin", "rollout"), ["history", "--stack", stack, "--limit", "1", "--json"], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    timeout: 120_000,
  });
  const { ended, ...release } = JSON.parse(text);
  if (ended?.result !== "success") throw new Error(`the newest rollout of ${stack} has not succeeded`);
  mkdirSync(folder, { recursive: true });
  const write = (name, value) => {
    const content = `${JSON.stringify(value, undefined, 2)}\n`;
    writeFileSync(join(folder, name), content);
    return `${createHash("sha256").update(content).digest("hex")}  ${name}`;
  };
  // Without its tag: the digest names the image.
  const images = (ended.images ?? []).map(({ reference, digest }) => {
    const name = reference.replace(/@.*$/, "").replace(/:[^:/]+$/, "");
    return `${digest.replace(/^sha256:/, "")}  ${name}`;
  });
  const web = { deployment: ended.webDeployment, files: ended.webFiles ?? {} };
  return {
    images: [...new Set(images)],
    files: [write("web.json", web), write("release.json", { ...release, ended })],
  };
}

try {
  const { images, files } = subjects();
  const lines = (name, values) => `${name}<<END\n${values.map((value) => `${value}\n`).join("")}END\n`;
  appendFileSync(process.env.GITHUB_OUTPUT, lines("images", images) + lines("files", files));
  console.log([...images, ...files].join("\n"));
} catch (error) {
  console.log(`::warning::nothing is attested: ${error.message.split("\n")[0]}`);
}
