import assert from "node:assert/strict";
import { faults, type Fault, type Simulator } from "../../simulator";
import type { NodeRedProcess } from "../../testing/node-red/process";
import { AskingNodes, expectConnections, mostConnections } from "../../testing/node-red/asking-nodes";
import type { Failure } from "../../testing/node-red/asking-outcomes";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

const redirected = (hint: RegExp): Failure => ({
  code: "redirected",
  says: new RegExp(`^The server sent the request on to another address, .* token would go along\\. ${hint.source}`),
});

/** The hint where there is no other server to name. */
const noTarget = redirected(/Enter the address of the Plex Media Server itself as the server URL\.$/);
const target = (origin: string) =>
  redirected(new RegExp(`If you trust it, enter ${origin} as the start of the server URL\\.$`));
const origin = /http:\/\/127\.0\.0\.1:\d+/.source;

interface Row {
  readonly title: string;
  /** `OWN` and `OTHER` stand for the URLs of the server that was asked and of another one. */
  readonly location: string;
  readonly expected: Failure;
}

const path = "/security/token?type=delegation&scope=all";

const rows: readonly Row[] = [
  { title: "another server", location: `OTHER${path}`, expected: target(origin) },
  {
    title: "another server, without a scheme",
    location: `//127.0.0.1:32400${path}`,
    expected: target("http://127.0.0.1:32400"),
  },
  { title: "https", location: `https://plex.example/x`, expected: target("https://plex.example") },
  {
    title: "a server with a login in its URL",
    location: "http://jo:pw@plex.example/",
    expected: target("http://plex.example"),
  },
  { title: "itself, for ever", location: `OWN${path}`, expected: noTarget },
  { title: "its login page", location: "/login?next=%2Fsecurity", expected: noTarget },
  { title: "the address it was asked at", location: "", expected: noTarget },
  { title: "no address", location: "http://[", expected: noTarget },
  { title: "a script", location: "javascript:alert(1)", expected: noTarget },
  { title: "a file", location: "file:///etc/passwd", expected: noTarget },
  { title: "a server of files", location: "ftp://plex.example/x", expected: noTarget },
  { title: "an app", location: "plex://server", expected: noTarget },
];

onEachRuntime("package: redirects", ({ start, simulate }) => {
  let simulator: Simulator;
  let other: Simulator;
  let nodeRed: NodeRedProcess;
  let nodes: AskingNodes;

  before(async () => {
    simulator = await simulate();
    other = await simulate({ token: simulator.token });
    nodeRed = await start();
    nodes = new AskingNodes(nodeRed);
    await nodes.deploy(simulator);
  });

  afterEach(() => {
    simulator.clearFaults();
  });

  /** Sees that nobody but the server itself is asked, and that once for each message. */
  const provoke = async (fault: Fault, expected: Failure) => {
    const before = simulator.requests.length;
    simulator.fault(fault, { times: Infinity });
    await nodes.expectOutcomes(expected);
    assert.equal(simulator.requests.length, before + mostConnections);
    assert.equal(other.requests.length, 0);
    await expectConnections(simulator, "kept");
  };

  const fill = (location: string) => location.replace("OWN", simulator.url).replace("OTHER", other.url);

  describe("are not followed", () => {
    for (const { title, location, expected } of rows) {
      it(`to ${title}`, () => provoke(faults.redirect(fill(location)), { ...expected, statusCode: 302 }));
    }

    for (const status of [300, 301, 303, 304, 305, 306, 307, 308, 310, 399]) {
      it(`of status ${status}`, () =>
        provoke(faults.redirect(`${other.url}/`, status), { ...target(origin), statusCode: status }));

      it(`of status ${status}, without an address`, () =>
        provoke(faults.status(status), { ...noTarget, statusCode: status }));
    }
  });

  describe("all in all", () => {
    it("leave nothing behind", async () => {
      await nodes.expectNothingMore(simulator, other);
    });
  });
});
