import { Hono } from "hono";
import { FlyError } from "./errors.ts";

type Region = readonly [code: string, name: string, area: string];

/** Where Fly takes new machines (fly.io/docs/reference/regions). */
const regions: readonly Region[] = [
  ["ams", "Amsterdam, Netherlands", "europe"],
  ["arn", "Stockholm, Sweden", "europe"],
  ["bom", "Mumbai, India", "asia_pacific"],
  ["cdg", "Paris, France", "europe"],
  ["dfw", "Dallas, Texas (US)", "north_america"],
  ["ewr", "Secaucus, NJ (US)", "north_america"],
  ["fra", "Frankfurt, Germany", "europe"],
  ["gru", "Sao Paulo, Brazil", "south_america"],
  ["iad", "Ashburn, Virginia (US)", "north_america"],
  ["jnb", "Johannesburg, South Africa", "africa"],
  ["lax", "Los Angeles, California (US)", "north_america"],
  ["lhr", "London, United Kingdom", "europe"],
  ["nrt", "Tokyo, Japan", "asia_pacific"],
  ["ord", "Chicago, Illinois (US)", "north_america"],
  ["sin", "Singapore, Singapore", "asia_pacific"],
  ["sjc", "San Jose, California (US)", "north_america"],
  ["syd", "Sydney, Australia", "asia_pacific"],
  ["yyz", "Toronto, Canada", "north_america"],
];
/** Regions that Fly lists and takes no new machine in. */
const deprecated: readonly Region[] = [
  ["mad", "Madrid, Spain", "europe"],
  ["waw", "Warsaw, Poland", "europe"],
];

/**
 * A new machine in a region that takes none is refused; for a deprecated one, status and words were not seen.
 *
 * @param full by the account's setting, as superfly/fly-go's flaps/flaps_error_test.go has the answer.
 */
export function refuseRegion(region: string, full: readonly string[]): void {
  if (deprecated.some(([code]) => code === region))
    throw new FlyError(422, `region ${region} is deprecated: it takes no new machines`);
  if (full.includes(region))
    throw new FlyError(503, `no capacity available in ${region}`, "insufficient_capacity");
}

/** `/v1/platform`: the regions, by the document's `main.regionResponse`. What capacity they have is not in it. */
export function platformRoutes(): Hono {
  const routes = new Hono();
  routes.get("/regions", (c) =>
    c.json({
      nearest: "fra",
      regions: [...regions, ...deprecated].map(([code, name, area]) => ({
        code,
        name,
        geo_region: area,
        latitude: 0,
        longitude: 0,
        gateway_available: true,
        requires_paid_plan: false,
        deprecated: deprecated.some(([each]) => each === code),
      })),
    }),
  );
  return routes;
}
