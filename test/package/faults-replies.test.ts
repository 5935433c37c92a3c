import { faults, type Fault, type Simulator } from "../../simulator";
import type { NodeRedProcess } from "../../testing/node-red/process";
import { AskingNodes, expectConnections } from "../../testing/node-red/asking-nodes";
import { forRequest, nameOf, type Failure, type Outcomes, type Success } from "../../testing/node-red/asking-outcomes";
import { onEachRuntime } from "../../testing/node-red/on-each-runtime";

const json = "application/json";

/** Right answers that only look odd. */
const right: Readonly<Record<string, Fault>> = {
  "JSON as text/plain": faults.contentType("text/plain"),
  "JSON as text/html": faults.contentType("text/html; charset=utf-8"),
  "JSON as text/xml": faults.contentType("text/xml"),
  "JSON as nonsense": faults.contentType(";;; =x/"),
  "JSON as nothing": faults.contentType(""),
  "JSON without a type": faults.contentType(null),
  "XML, whatever Accept says": faults.ignoredAccept(),
  "the charset of another text": faults.wrongCharset("utf-16le"),
  "an old charset": faults.wrongCharset("iso-8859-1"),
  "a charset that nobody knows": faults.wrongCharset("klingon"),
  "gzip that was not asked for": faults.packed("gzip"),
  "deflate that was not asked for": faults.packed("deflate"),
  "deflate without its wrapper": faults.packed("raw deflate"),
  "brotli that was not asked for": faults.packed("br"),
  "chunks of no known length": faults.chunked(),
  "100, and then the answer": faults.interimFirst(100),
  "102, and then the answer": faults.interimFirst(102),
  "103, and then the answer": faults.interimFirst(103),
  "an answer that comes late, but in time": faults.delay(150),
};

interface Row {
  readonly title: string;
  readonly fault: Fault;
  readonly expected: Outcomes;
}

const elsewhere = "See whether the server URL leads to a Plex Media Server and not to another program";

const invalid = (what: string, hint = elsewhere): Failure => ({
  code: "invalid-response",
  says: new RegExp(`^${what}\\. ${hint}`),
  statusCode: 200,
});

const notWhole = invalid("The answer is neither whole JSON nor whole XML");
const notPlex = invalid("The answer is not one of a Plex Media Server: it has no MediaContainer");
const brokenPacking = invalid("The packed answer is broken");
const unknownPacking = invalid("The answer is packed in a way that was not asked for");
const tooLarge = forRequest(
  invalid("The answer is larger than 16 MiB, so it was cut off", "Ask for it in pages: turn on all, or give"),
  invalid("The answer is larger than 1 MiB, so it was cut off"),
);

/** What plex-request hands on, for it cannot know what an endpoint answers. */
const answering = (value: unknown, others: Failure = notPlex, details: Partial<Success> = {}): Outcomes =>
  forRequest({ value, ...details }, others);

const nothing = (status: number): Outcomes => {
  const others = invalid(`The answer is empty .status ${status}.`);
  return answering(null, { ...others, statusCode: status }, { statusCode: status });
};

const empty = (content: object): Outcomes => ({
  token: invalid("The answer holds no token"),
  source: {
    code: "not-found",
    says: /^The server does not know this source\. See whether the identifier is right .* or ask with refresh on\.$/,
    statusCode: 200,
  },
  request: { value: content },
});

const claiming = (encoding: string): Fault =>
  faults.status(200, { headers: { "Content-Encoding": encoding }, body: "{}" });

/** More than any of the nodes takes. */
const tooMuch = 17 * 1024 * 1024;

/** What comes whole, so that the connection can be kept. */
const wrong: readonly Row[] = [
  { title: "204", fault: faults.noContent(), expected: nothing(204) },
  { title: "an empty body", fault: faults.body("", json), expected: nothing(200) },
  { title: "a body of spaces", fault: faults.body(" \n ", json), expected: answering(null, notWhole) },
  { title: "JSON that breaks off", fault: faults.cutOffJson(), expected: notWhole },
  { title: "XML that breaks off", fault: faults.cutOffXml(), expected: notWhole },
  { title: "a login page", fault: faults.html(), expected: forRequest(invalid("The answer is a web page"), notPlex) },
  { title: "a login page that says it is JSON", fault: faults.body("<!DOCTYPE html><p>", json), expected: notWhole },
  { title: "plain text", fault: faults.body("It works!", "text/plain"), expected: notWhole },
  { title: "bytes", fault: faults.body("\0\u0001\u0002", json), expected: notWhole },
  { title: "null", fault: faults.json(null), expected: answering(null) },
  { title: "a list", fault: faults.json([]), expected: answering([]) },
  { title: "a number", fault: faults.json(5), expected: answering(5) },
  { title: "JSON of another program", fault: faults.json({ status: "ok" }), expected: answering({ status: "ok" }) },
  { title: "XML of another program", fault: faults.xml("<rss/>"), expected: answering({ rss: [{}] }) },
  { title: "an empty container", fault: faults.withoutToken(), expected: empty({ size: 0 }) },
  {
    title: "an empty container in XML",
    fault: faults.xml('<MediaContainer size="0"/>'),
    expected: empty({ size: "0" }),
  },
  { title: "gzip that breaks off", fault: faults.truncatedGzip(), expected: brokenPacking },
  { title: "broken gzip", fault: faults.corruptGzip(), expected: brokenPacking },
  { title: "JSON that says it is gzip", fault: claiming("gzip"), expected: brokenPacking },
  { title: "JSON that says it is brotli", fault: claiming("br"), expected: brokenPacking },
  { title: "an unknown packing", fault: claiming("zstd"), expected: unknownPacking },
  { title: "17 MiB, packed", fault: faults.gzipBomb(tooMuch), expected: tooLarge },
];

/** What is cut off: the connection cannot be used again. */
const huge: readonly Row[] = [
  { title: "17 MiB", fault: faults.hugeJson(tooMuch), expected: tooLarge },
  { title: "17 MiB in chunks", fault: faults.hugeChunkedJson(tooMuch), expected: tooLarge },
];

onEachRuntime("package: faults in replies", ({ start, simulate }) => {
  let simulator: Simulator;
  let nodeRed: NodeRedProcess;
  let nodes: AskingNodes;

  before(async () => {
    simulator = await simulate();
    nodeRed = await start();
    nodes = new AskingNodes(nodeRed);
    await nodes.deploy(simulator);
  });

  afterEach(() => {
    simulator.clearFaults();
  });

  describe("that are right", () => {
    for (const [title, fault] of Object.entries(right)) {
      it(`result: ${title}`, async () => {
        simulator.fault(fault, { times: Infinity });
        await nodes.expectResults();
        await expectConnections(simulator, "kept");
      });
    }
  });

  const provoke = (connections: "kept" | "ended", { title, fault, expected }: Row) => {
    it(`${nameOf(expected)}: ${title}`, async () => {
      simulator.fault(fault, { times: Infinity });
      await nodes.expectOutcomes(expected);
      await expectConnections(simulator, connections);
    });
  };

  describe("that are wrong", () => {
    for (const row of wrong) provoke("kept", row);
  });

  describe("that are too large", () => {
    for (const row of huge) provoke("ended", row);
  });

  describe("all in all", () => {
    it("leave nothing behind", async () => {
      await nodes.expectNothingMore(simulator);
    });
  });
});
