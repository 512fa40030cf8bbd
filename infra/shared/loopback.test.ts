import { describe, expect, it } from "vitest";
import { isLoopback, webAddress, withTransportSecurity } from "./loopback.ts";

describe("loopback", () => {
  it.each([
    ["127.0.0.1", true],
    ["127.0.0.1:4801", true],
    ["127.8.9.1", true],
    ["localhost:80", true],
    ["staging.localhost", true],
    ["[::1]:5432", true],
    ["shop.vercel.app", false],
    ["127.0.0.1.example.com", false],
    ["localhost.example.com", false],
    ["10.0.0.1", false],
  ])("%s stays on this machine: %s", (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
    expect(webAddress(host)).toBe(`${expected ? "http" : "https"}://${host}`);
  });

  it("asks every database off loopback for TLS, whatever the address has", () => {
    expect(withTransportSecurity("postgresql://a:b@ep-x.neon.tech/db?sslmode=disable")).toBe(
      "postgresql://a:b@ep-x.neon.tech/db?sslmode=require",
    );
    expect(withTransportSecurity("postgresql://a:b@127.0.0.1:5433/db")).toBe(
      "postgresql://a:b@127.0.0.1:5433/db",
    );
  });
});
