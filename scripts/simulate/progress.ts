/** A progress bar where somebody watches, now and then a line where the output goes to a file. */
import { SingleBar } from "cli-progress";
import type { Progress } from "./phases.ts";

const LINE_EVERY_MS = 10_000;

export function openProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? openBar(stream) : openLines(stream);
}

function openBar(stream: NodeJS.WriteStream): Progress {
  let total = 0;
  const bar = new SingleBar({
    stream,
    format: "[{bar}] {percentage}% | {value}/{total} | {eta_formatted} left | {phase}",
    etaBuffer: 200,
    barsize: 25,
    emptyOnZero: true,
    hideCursor: false,
    // An interrupted run would leave the terminal without line wrapping.
    linewrap: null,
    // Its own handling of SIGINT would swallow the signal.
    gracefulExit: false,
  });
  bar.start(0, 0, { phase: "" });
  return {
    grow: (steps) => {
      total += steps;
      bar.setTotal(total);
    },
    enter: (title) => bar.update({ phase: title }),
    advance: () => bar.increment(),
    stop: () => bar.stop(),
  };
}

function openLines(stream: NodeJS.WriteStream): Progress {
  let total = 0;
  let done = 0;
  let phase = "";
  let last = 0;
  const print = (): void => {
    stream.write(`${done}/${total} ${phase}\n`);
    last = Date.now();
  };
  return {
    grow: (steps) => {
      total += steps;
    },
    enter: (title, steps) => {
      phase = `${title} (${steps})`;
      print();
    },
    advance: () => {
      done += 1;
      if (Date.now() - last >= LINE_EVERY_MS) print();
    },
    stop: () => {},
  };
}
