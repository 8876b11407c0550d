/** What the clients of a flood do with an answer. */
import { describe, expect, it } from "vitest";
import { flood } from "../../scripts/bench/flood.ts";
import type { Manner } from "../../scripts/bench/flood.ts";

describe("flood", () => {
  const call = (number: number) => ({ method: "PATCH" as const, path: `/${number}` });

  /** One client, answered with these until they end; what it did, in order. */
  async function floodWith(
    manner: Manner,
    replies: readonly { readonly status: number; readonly retryAfter?: string }[],
  ): Promise<string[]> {
    const seen: string[] = [];
    const left = [...replies];
    const ending = new AbortController();
    const client = {
      call: ({ path }: { path: string }) => {
        seen.push(path);
        const reply = left.shift();
        if (reply === undefined) throw new Error("it goes on though it was ended");
        if (left.length === 0) ending.abort();
        return Promise.resolve({ text: "", cost: "", ...reply });
      },
      close: () => undefined,
    };
    await flood(client, {
      clients: 1,
      manner,
      callOf: call,
      signal: ending.signal,
      onReply: (isAccepted) => seen.push(isAccepted ? "accepted" : "refused"),
      pause: (milliseconds) => {
        seen.push(`waits ${milliseconds}`);
        return Promise.resolve();
      },
    });
    return seen;
  }

  const REPLIES = [{ status: 200 }, { status: 429, retryAfter: "2" }, { status: 200 }];

  it("waits as long as it is told, or sends on at once", async () => {
    const ends = ["/3", "accepted"];
    const begins = ["/1", "accepted", "/2", "refused"];
    expect(await floodWith("waits", REPLIES)).toEqual([...begins, "waits 2000", ...ends]);
    expect(await floodWith("insists", REPLIES)).toEqual([...begins, ...ends]);
  });

  it.each([
    [{ status: 429 }, "a 429 doesn't say when to come again"],
    [{ status: 429, retryAfter: "0" }, "a 429 doesn't say when to come again: 0"],
    [{ status: 503, retryAfter: "2" }, "PATCH /1 answered 503 instead of 200"],
  ])("takes nothing else for an answer: %j", async (reply, message) => {
    await expect(floodWith("insists", [reply])).rejects.toThrow(message);
  });
});
