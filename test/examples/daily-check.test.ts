import assert from "node:assert/strict";
import { faults, startSimulator } from "../../simulator";
import type { RunningExample } from "../../testing/flows/examples-runtime";
import { HINT, useHome } from "../../testing/flows/home";

const NAME = "12 - Check the token and the server every day";

describe(`flows for a home: ${NAME}`, () => {
  const home = useHome(NAME, 0);
  const tell = async (flow: RunningExample) => {
    flow.press("Every day");
    return home.told("home/notification");
  };

  it("says nothing when all is well, and throws the token away", async () => {
    const flow = await home.deploy();
    const well = flow.watch("All is well");
    flow.press("Every day");
    assert.ok(!JSON.stringify(await well.next()).includes("transient-"));
    assert.deepEqual(home.broker.published, []);
    assert.deepEqual(flow.complaints, []);
  });

  it("says what to do when the token is not accepted any more", async () => {
    const flow = await home.deploy({ token: "not-the-owners" });
    assert.deepEqual(await tell(flow), { title: "Plex needs you", text: HINT, code: "unauthorized" });
    assert.deepEqual(flow.complaints, []);
  });

  it("says that the server is out of reach, and the hint with it", async () => {
    const gone = await startSimulator();
    await gone.close();
    const flow = await home.deploy({ url: gone.url, config: { "plex-config": { retries: 0 } } });
    const { title, code, text } = await tell(flow);
    assert.deepEqual([title, code], ["Plex is out of reach", "unreachable"]);
    assert.match(String(text), /refused the connection\. .+\.$/);
  });

  it("says what else is wrong", async () => {
    const flow = await home.deploy();
    home.simulator.fault(faults.html());
    const { title, code } = await tell(flow);
    assert.deepEqual([title, code], ["Plex is out of order", "invalid-response"]);
  });

  it("says nothing of a check that a deploy cancels", async () => {
    const flow = await home.deploy();
    const kind = flow.watch("What is wrong?");
    home.simulator.fault(faults.hang());
    flow.press("Every day");
    while (home.simulator.requests.length === 0) await new Promise(setImmediate);
    await flow.redeploy("plex-transient-token", { name: "another name" });
    assert.equal((await kind.next()).error?.["code"], "cancelled");
    assert.deepEqual(home.broker.published, []);
  });
});
