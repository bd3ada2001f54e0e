import { expect, test } from "vitest";
import { isTemporaryFailure } from "./index.ts";

const withCode = (code: string) => Object.assign(new Error("said by the server or the network"), { code });

test.each([
  ["serialization", withCode("40001")],
  ["deadlock", withCode("40P01")],
  ["disk full", withCode("53100")],
  ["out of memory", withCode("53200")],
  ["too many connections", withCode("53300")],
  ["the server stops", withCode("57P01")],
  ["the server crashed", withCode("57P02")],
  ["the server starts", withCode("57P03")],
  ["connection failure", withCode("08006")],
  ["no server", withCode("ECONNREFUSED")],
  ["no socket", withCode("ENOENT")],
  ["reset", withCode("ECONNRESET")],
  ["the driver lost its connection", new Error("Connection terminated unexpectedly")],
  ["the driver did not get one", new Error("timeout exceeded when trying to connect")],
  ["we are stopping", new Error("Cannot use a pool after calling end on the pool")],
  ["several addresses, none answers", new AggregateError([withCode("ECONNREFUSED")])],
  ["wrapped", new Error("Migration 0001 failed", { cause: withCode("57P01") })],
])("may pass: %s", (_, error) => {
  expect(isTemporaryFailure(error)).toBe(true);
});

test.each([
  ["unique violation", withCode("23505")],
  ["syntax", withCode("42601")],
  ["wrong password", withCode("28P01")],
  ["row-level security", withCode("42501")],
  ["our own mistake", new Error("Assertion failed: x")],
  ["no error at all", "ECONNREFUSED"],
  ["nothing", undefined],
])("stays: %s", (_, error) => {
  expect(isTemporaryFailure(error)).toBe(false);
});
