import { beforeEach, describe, expect, it } from "vitest";
import { openKeptRequests } from "./kept-requests.ts";

interface Row {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly counts: readonly number[];
  readonly seconds: number;
}

let now: number;
let written: Row[][];
let failure: Error | undefined;
let errors: unknown[];
let waited: Promise<void>[];

const open = () =>
  openKeptRequests({
    pool: {
      query: ((_text: string, [json]: [string]) => {
        if (failure) return Promise.reject(failure);
        written.push(JSON.parse(json) as Row[]);
        return Promise.resolve();
      }) as never,
    },
    onError: (error) => errors.push(error),
    waitUntil: (work) => waited.push(work),
    now: () => now,
  });

beforeEach(() => {
  now = 0;
  written = [];
  errors = [];
  waited = [];
  failure = undefined;
});

describe("requests that are kept in the database", () => {
  it("are counted by method, route, status and time, and written together", async () => {
    const kept = open();
    kept.ended("GET", "/api/plans/:id", 200, 0.004);
    kept.ended("GET", "/api/plans/:id", 200, 1.5);
    kept.ended("GET", "/api/plans/:id", 200, 60);
    kept.ended("POST", "/api/plans", 202, 0.02);
    await kept.flush();
    expect(written).toEqual([
      [
        {
          ...{ method: "GET", route: "/api/plans/:id", status: 200, seconds: 61.504 },
          counts: [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1],
        },
        {
          ...{ method: "POST", route: "/api/plans", status: 202, seconds: 0.02 },
          counts: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        },
      ],
    ]);
  });

  it("are written at most every five seconds, after the answer", async () => {
    const kept = open();
    kept.ended("GET", "/api/health", 200, 0.01);
    expect(waited).toHaveLength(0);
    now = 5_000;
    kept.ended("GET", "/api/health", 200, 0.01);
    kept.ended("GET", "/api/health", 200, 0.01);
    await Promise.all(waited);
    expect(written).toHaveLength(1);
    now = 9_999;
    kept.ended("GET", "/api/health", 200, 0.01);
    await Promise.all(waited);
    expect(written).toHaveLength(1);
  });

  it("wake no database for what there is not", () => {
    const kept = open();
    now = 60_000;
    kept.ended("GET", "/*", 404, 0.001);
    expect(waited).toHaveLength(0);
    kept.ended("GET", "/api/health", 200, 0.01);
    expect(waited).toHaveLength(1);
  });

  it("are kept for the next time where the database does not take them", async () => {
    const kept = open();
    failure = new Error("the database does not answer");
    kept.ended("GET", "/api/health", 503, 3);
    await kept.flush();
    expect(errors).toEqual([failure]);
    failure = undefined;
    kept.ended("GET", "/api/health", 503, 3);
    await kept.flush();
    expect(written[0]?.[0]).toMatchObject({
      status: 503,
      seconds: 6,
      counts: [0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0],
    });
  });

  it("have no more methods than there are", async () => {
    const kept = open();
    kept.ended("PROPFIND", "/*", 404, 0.001);
    await kept.flush();
    expect(written[0]?.[0]?.method).toBe("other");
  });
});
