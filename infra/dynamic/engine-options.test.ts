import { expect, it } from "vitest";
import { isRefreshing, partialOptions, partialUpOptions } from "./engine-options.ts";

it.each([
  [["pulumi", "up", "--stack", "staging", "--yes"], {}, []],
  [["pulumi", "up", "--target", "**::worker-deployment"], {}, ["--target"]],
  [["pulumi", "up", "--target=**::gate", "--target", "**::attempt"], {}, ["--target"]],
  [["pulumi", "up", "-t", "urn"], {}, ["-t"]],
  [["pulumi", "up", "--exclude", "**::gate"], {}, ["--exclude"]],
  [["pulumi", "up", "--target-replace=**::worker-app"], {}, ["--target-replace"]],
  [["pulumi", "up"], { PULUMI_OPTION_TARGET: "urn" }, ["PULUMI_OPTION_TARGET"]],
  [["pulumi", "up", "--refresh", "--message", "--targets are met"], {}, []],
  [["pulumi", "up", "--replace", "urn"], {}, []],
])("finds what leaves steps out of a run: %j %j", (words, environment, found) => {
  expect(partialOptions(words, environment)).toEqual(found);
});

it.each([
  [["pulumi", "up", "--target", "urn"], ["--target"]],
  [["pulumi", "destroy", "--target", "urn"], []],
  [["pulumi", "--non-interactive", "down", "-t", "urn"], []],
  [["pulumi", "up"], []],
])("lets a destroy leave steps out, and no other run: %j", (words, found) => {
  expect(partialUpOptions(words, {})).toEqual(found);
});

it.each([
  [["pulumi", "up", "--refresh", "--stack", "staging"], {}, true],
  [["pulumi", "up", "-r"], {}, true],
  [["pulumi", "up", "--refresh=true"], {}, true],
  [["pulumi", "up", "--refresh=false"], {}, false],
  [["pulumi", "up"], { PULUMI_OPTION_REFRESH: "true" }, true],
  [["pulumi", "up", "--message", "without --refresh"], {}, false],
])("finds whether a run reads the clouds first: %j %j", (words, environment, found) => {
  expect(isRefreshing(words, environment)).toBe(found);
});

it("reads the command line of the process that started this one", () => {
  expect(partialOptions()).toEqual([]);
});
