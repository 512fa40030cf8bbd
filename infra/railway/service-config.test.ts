import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { serviceConfigFaults, serviceConfigOf } from "./service-config.ts";

const text = readFileSync(join(import.meta.dirname, "../../fly.staging.worker.toml"), "utf8");

it("takes command, variables, health check and stop time from a worker's fly.*.toml", () => {
  const { digest, ...config } = serviceConfigOf(text, "fly.toml");
  expect(config).toEqual({
    startCommand: "node worker.mjs",
    variables: {
      ...{ PORT: "8080", HOST: "0.0.0.0", LOG_LEVEL: "info", NODE_OPTIONS: "--max-old-space-size=160" },
    },
    healthPath: "/health",
    drainingSeconds: 30,
  });
  const slower = serviceConfigOf(text.replace('kill_timeout = "30s"', 'kill_timeout = "1m"'), "fly.toml");
  expect(slower.drainingSeconds).toBe(60);
  expect(slower.digest).not.toBe(digest);
});

it("is the same where only Fly's part of the file changes", () => {
  const bigger = text.replace('memory = "256mb"', 'memory = "512mb"').replace('"fra"', '"ams"');
  expect(serviceConfigOf(bigger, "fly.toml")).toEqual(serviceConfigOf(text, "fly.toml"));
});

it("names all that Railway needs and the file does not have", () => {
  expect(serviceConfigFaults("app = 'a'\n[processes]\na = 'x'\nb = 'y'\n[[services]]\n", "f.toml")).toEqual([
    "f.toml: expected one process group for a service of Railway, found a, b",
    'f.toml: expected a [checks.…] section with type = "http" and a path, which Railway asks for',
    'f.toml: expected kill_signal = "SIGTERM", which Railway sends',
    "f.toml: expected no service: a worker on Railway has no public address",
  ]);
});
