import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import type { Place } from "../test-context.ts";

const emptyImage = "FROM node:22-slim\nWORKDIR /srv\nCOPY file.txt ./\n";

/** Has the emulator at a place build an image, of nothing where no Dockerfile is given; returns its reference. */
export async function builtImage(
  place: Place,
  app: string,
  { dockerfile = emptyImage, signal }: { readonly dockerfile?: string; readonly signal?: AbortSignal } = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "atlaris-fly-image-"));
  try {
    await writeFile(join(folder, "file.txt"), "");
    await create({ cwd: folder, file: join(folder, "context.tar.gz"), gzip: true }, ["file.txt"]);
    const form = new FormData();
    form.set("order", JSON.stringify({ app, label: "one", dockerfile, build_args: {} }));
    form.set(
      "context",
      new Blob([new Uint8Array(await readFile(join(folder, "context.tar.gz")))]),
      "c.tar.gz",
    );
    const response = await fetch(`http://127.0.0.1:${place.port}/sandbox/builds`, {
      method: "POST",
      headers: { authorization: `Bearer ${place.token}` },
      body: form,
      ...(signal ? { signal } : {}),
    });
    const said = await response.text();
    if (!said.includes('"image"')) throw new Error(`the image was not built: ${said}`);
    return `registry.fly.io/${app}:one`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
