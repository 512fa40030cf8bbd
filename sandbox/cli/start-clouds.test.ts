import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openHome } from "../home.ts";
import { serverEnvironment } from "./start-clouds.ts";

it("passes what reaches the package registry on to the clouds, or an image's npm ci retries for minutes", () => {
  const folder = mkdtempSync(join(tmpdir(), "atlaris-clouds-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const base = { NODE_EXTRA_CA_CERTS: "/ca.pem", PATH: "/bin", NODE_OPTIONS: "--inspect", GITHUB_TOKEN: "t" };
  expect(serverEnvironment(openHome("/checkout", folder), base)).toEqual({
    NODE_EXTRA_CA_CERTS: "/ca.pem",
    PATH: "/bin",
    SANDBOX_HOME: folder,
  });
});
