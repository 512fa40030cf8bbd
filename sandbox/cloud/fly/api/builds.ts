import { writeFile } from "node:fs/promises";
import { Hono } from "hono";
import { stream } from "hono/streaming";
import { z } from "zod";
import { FlyError } from "./errors.ts";
import { findApp, type Services } from "./services.ts";

const order = z.strictObject({
  app: z.string(),
  label: z.string().regex(/^[\w][\w.-]{0,127}$/),
  dockerfile: z.string().min(1),
  build_args: z.record(z.string(), z.string()),
  target: z.string().optional(),
});

/**
 * Private to this sandbox: the real flyctl sends a build context to BuildKit over a protocol of its own. Here one call
 * uploads it, `POST /sandbox/builds`, as a form: `order` (JSON) and `context` (a tar.gz). The answer is a line of JSON for each step: `{"log"}`, and last `{"image"}` or `{"error"}`.
 */
export function buildRoutes(services: Services): Hono {
  const { builder, context, pushedAt } = services;
  const routes = new Hono();

  routes.post("/", async (c) => {
    const form = await c.req.formData().catch(() => undefined);
    const wanted = readOrder(form?.get("order"));
    const files = form?.get("context");
    if (!(files instanceof File)) throw new FlyError(400, "invalid build order: context is missing");
    const app = findApp(services, wanted.app);
    const tag = `registry.fly.io/${app.name}:${wanted.label}`;
    const archive = builder.uploadFile();
    await writeFile(archive, Buffer.from(await files.arrayBuffer()), { mode: 0o600 });

    return stream(c, async (out) => {
      const line = (value: unknown): Promise<unknown> => out.write(`${JSON.stringify(value)}\n`);
      const isNew = builder.resolve(tag) === undefined;
      try {
        const image = await builder.build(
          {
            app: app.name,
            tag,
            archive,
            dockerfile: wanted.dockerfile,
            buildArgs: wanted.build_args,
            target: wanted.target,
          },
          (log) => void line({ log }),
          c.req.raw.signal,
        );
        if (isNew) pushedAt.set(tag, Date.now());
        context.log(`built ${tag} as ${image.digest}`);
        await line({ image: { ref: tag, digest: image.digest, size: image.sizeBytes } });
      } catch (error) {
        context.log(`build of ${tag} failed`);
        await line({ error: error instanceof Error ? error.message : String(error) });
      }
    });
  });

  return routes;
}

/**
 * Private to this sandbox: `GET /sandbox/images/REFERENCE`, what another host pulls of the registry. Here the files stay where they
 * are, and the answer names their folder.
 */
export function imageRoutes({ builder, store }: Services): Hono {
  const routes = new Hono();
  routes.get("/:reference", (c) => {
    const digest = builder.resolve(c.req.param("reference"));
    const rootfs = digest === undefined ? undefined : builder.rootfs(digest);
    const image = digest === undefined ? undefined : store.state.images[digest];
    if (!image || rootfs === undefined) throw new FlyError(404, "manifest unknown");
    return c.json({ digest, rootfs, config: image.config });
  });
  return routes;
}

function readOrder(text: unknown): z.infer<typeof order> {
  try {
    return order.parse(JSON.parse(typeof text === "string" ? text : "null"));
  } catch (error) {
    throw new FlyError(400, `invalid build order: ${(error as Error).message}`);
  }
}
