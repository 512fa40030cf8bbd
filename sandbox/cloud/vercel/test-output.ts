import { createHash } from "node:crypto";
import type { Vercel } from "@vercel/sdk";
import { vi } from "vitest";

/** A Build Output of one function with the given source, and one static file. */
export function outputOf(source: string): Record<string, string> {
  return {
    "config.json": JSON.stringify({
      version: 3,
      routes: [{ handle: "filesystem" }, { src: "/(.*)", dest: "/api" }],
    }),
    "static/robots.txt": "User-agent: *\n",
    "functions/api.func/.vc-config.json": JSON.stringify({
      runtime: "nodejs22.x",
      handler: "index.mjs",
      launcherType: "Nodejs",
      shouldAddHelpers: false,
    }),
    "functions/api.func/index.mjs": source,
  };
}

/** Uploads the output and creates a deployment of it; returns its id, not waiting for the build. */
export async function deploy(
  vercel: Vercel,
  project: string,
  files: Readonly<Record<string, string>>,
  target?: "production",
): Promise<string> {
  const uploaded = [];
  for (const [path, content] of Object.entries(files)) {
    const body = Buffer.from(content);
    const sha = createHash("sha1").update(body).digest("hex");
    await vercel.deployments.uploadFile({
      xVercelDigest: sha,
      contentLength: body.length,
      requestBody: new Uint8Array(body),
    });
    uploaded.push({ file: `.vercel/output/${path}`, sha, size: body.length });
  }
  const created = await vercel.deployments.createDeployment({
    skipAutoDetectionConfirmation: "1",
    requestBody: {
      name: "web",
      project,
      files: uploaded,
      meta: { source: "test" },
      ...(target ? { target } : {}),
    },
  });
  return created.id;
}

/** Waits for the end of the build, at most 60 s. */
export async function settled(vercel: Vercel, id: string) {
  return vi.waitFor(
    async () => {
      const found = await vercel.deployments.getDeployment({ idOrUrl: id });
      if (found.readyState !== "READY" && found.readyState !== "ERROR")
        throw new Error(`deployment ${id} was not built within 60 s`);
      if (!("url" in found)) throw new Error("the deployment was answered in its short form");
      return found;
    },
    { timeout: 60_000, interval: 20 },
  );
}
