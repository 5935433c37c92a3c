import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { insideScript } from "./places";
import type { ClientJob, ClientReport } from "./inside/client-worker";
import type { StandInOrder, Work } from "./inside/stand-in";
import type { Broadcast } from "./inside/streams";

/** The same for all: none of npm's variables, none of the options that this process was started with. */
function forkPlainly(name: string): ChildProcess {
  return fork(insideScript(name), { execArgv: [], env: { PATH: process.env.PATH } });
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const end = () => {
      reject(new Error("A measured process ended without a report."));
    };
    child.once("exit", end);
    child.once("message", (answer) => {
      child.off("exit", end);
      resolve(answer);
    });
  });
}

/** The server that everything asks. */
export interface StandIn {
  readonly url: string;
  readonly token: string;
  readonly work: () => Promise<Work>;
  /** Sends frames to those who listen under a path; resolves once all are sent, with how many listen. */
  readonly broadcast: (order: Broadcast) => Promise<number>;
  readonly stop: () => void;
}

/** Starts it, in a process of its own. */
export async function startStandIn(): Promise<StandIn> {
  const child = forkPlainly("stand-in");
  const port = (await answerOf(child)) as number;
  const order = (what: StandInOrder) => {
    const answer = answerOf(child);
    child.send(what);
    return answer;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    token: "bench-token",
    work: async () => (await order("work")) as Work,
    broadcast: async (frames) => (await order(frames)) as number,
    stop: () => {
      child.disconnect();
    },
  };
}

/** Measures a client in a fresh process. */
export async function runClient(job: ClientJob): Promise<ClientReport> {
  const child = forkPlainly("client-worker");
  const report = answerOf(child) as Promise<ClientReport>;
  child.send(job);
  const measured = await report;
  if (child.exitCode === null) await once(child, "exit");
  return measured;
}
