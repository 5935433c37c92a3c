import { startSimulator, type Simulator, type SimulatorOptions } from "../../simulator";
import { startNodeRed, type NodeRedOptions, type NodeRedProcess } from "./process";
import { getInstalledPackage } from "./packed-package";
import { INSTALLATION_TIME, runtimes, type Runtime } from "./runtimes";

/** What a suite gets to work with. */
export interface RuntimeSuite {
  /** Starts a Node-RED that is stopped after the suite; every test fails that leaves it dead. */
  readonly start: (options?: NodeRedOptions) => Promise<NodeRedProcess>;
  /** Starts a simulated Plex Media Server that is closed after the suite. */
  readonly simulate: (options?: SimulatorOptions) => Promise<Simulator>;
}

/** Defines a suite once for every Node-RED that the package supports. */
export function onEachRuntime(title: string, define: (suite: RuntimeSuite) => void): void {
  for (const { name, get } of runtimes) {
    describe(`${title} (${name})`, function () {
      this.timeout(60_000);
      const processes: NodeRedProcess[] = [];
      const simulators: Simulator[] = [];
      let runtime: Runtime;

      before("install Node-RED and the package", async function () {
        this.timeout(INSTALLATION_TIME);
        runtime = await get();
        await getInstalledPackage();
      });

      define({
        start: async (options) => {
          const nodeRed = await startNodeRed(runtime, options);
          processes.push(nodeRed);
          return nodeRed;
        },
        simulate: async (options) => {
          const simulator = await startSimulator(options);
          simulators.push(simulator);
          return simulator;
        },
      });

      afterEach("Node-RED is alive", () => {
        for (const nodeRed of processes) nodeRed.assertAlive();
      });

      after("stop Node-RED and the simulator", async () => {
        const stops = await Promise.allSettled(processes.map((nodeRed) => nodeRed.stop()));
        await Promise.all(simulators.map((simulator) => simulator.close()));
        for (const stop of stops) if (stop.status === "rejected") throw stop.reason;
      });
    });
  }
}
