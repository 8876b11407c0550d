/** The wire of one tenant's clients: it waits while the emulation is down, and keeps a ledger of what was answered. */
import type { Wire } from "../simulate/exchange.ts";
import { recordAnswer, recordCut, type Ledger } from "./ledger.ts";

/** One for all tenants. */
export interface Gate {
  readonly open: () => void;
  readonly close: () => void;
  /** Resolves when no request is under way. */
  readonly idle: () => Promise<void>;
  /** Waits for the gate and goes through it. */
  readonly pass: <T>(send: () => Promise<T>) => Promise<T>;
}

export function makeGate(): Gate {
  const gate = { isOpen: false, underWay: 0 };
  let opening = Promise.withResolvers<void>();
  let quiet = Promise.withResolvers<void>();
  quiet.resolve();
  return {
    open() {
      gate.isOpen = true;
      opening.resolve();
    },
    close() {
      gate.isOpen = false;
      opening = Promise.withResolvers();
    },
    idle: () => quiet.promise,
    async pass(send) {
      while (!gate.isOpen) await opening.promise;
      if (gate.underWay === 0) quiet = Promise.withResolvers();
      gate.underWay += 1;
      try {
        return await send();
      } finally {
        gate.underWay -= 1;
        if (gate.underWay === 0) quiet.resolve();
      }
    },
  };
}

/** @param base of the tenant, which the ledger's paths are below */
export function watchWire(
  wire: Wire,
  { gate, ledger, base }: { readonly gate: Gate; readonly ledger: Ledger; readonly base: string },
): Wire {
  return {
    exchange: (request) =>
      gate.pass(async () => {
        const [path = ""] = request.url.slice(base.length).split("?");
        const asked = { method: request.method, path };
        try {
          const response = await wire.exchange(request);
          recordAnswer(ledger, asked, { ...response, etag: response.etag });
          return response;
        } catch (error) {
          recordCut(ledger, asked);
          throw error;
        }
      }),
    close: () => wire.close(),
  };
}
