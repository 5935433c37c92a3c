import assert from "node:assert/strict";
import { faults } from "../../simulator";
import { HINT, UNAUTHORIZED, useHome } from "../../testing/flows/home";

const NAME = "19 - Tell me when the server is gone and when it is back";

describe(`flows for a home: ${NAME}`, () => {
  const home = useHome(NAME, 0);
  const waiting = (seconds: string) => ({ config: { trigger: { duration: seconds, units: "s" } } });
  const stream = "/:/eventsource/notifications";
  const leave = () => {
    home.simulator.fault(faults.status(503), { path: stream, times: Infinity });
    home.simulator.notifications.end("reset");
  };
  const notifications = async (count: number) => {
    const told = await home.broker.answers("home/notification", count);
    return told.map(({ text }) => JSON.parse(text) as { title: string; text: string; code?: string });
  };

  it("tells that it is gone, with what to do, and that it is back", async () => {
    const flow = await home.listen(waiting("0.3"));
    leave();
    const [gone] = await notifications(1);
    assert.equal(gone!.title, "The Plex server is gone");
    assert.match(gone!.code!, /^(unreachable|server-error)$/);
    assert.match(gone!.text, /\. .+\.$/);
    home.simulator.clearFaults();
    const [, back] = await notifications(2);
    assert.deepEqual(back, { title: "The Plex server is back", text: "It was gone for 0 minutes." });
    assert.deepEqual(flow.complaints, []);
  }).timeout(20_000);

  it("tells nobody of a restart", async () => {
    const flow = await home.listen(waiting("5"));
    const heard = flow.watch("Gone or back?");
    home.simulator.notifications.end("reset");
    assert.equal((await heard.next())["topic"], "disconnected");
    assert.equal((await heard.next())["topic"], "connected");
    await new Promise((resolve) => setTimeout(resolve, 5_200));
    assert.deepEqual(home.broker.published, []);
    assert.deepEqual(flow.complaints, []);
  }).timeout(30_000);

  it("tells of a token that is not accepted any more, once", async () => {
    await home.deploy({ ...waiting("0.3"), token: "not-the-owners" });
    const [gone] = await notifications(1);
    assert.deepEqual(gone, { title: "The Plex server is gone", text: UNAUTHORIZED, code: "unauthorized" });
    assert.ok(gone.text.endsWith(HINT));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assert.equal(home.broker.published.length, 1);
  });

  it("does the same for its buttons, and counts the minutes", async () => {
    const flow = await home.listen(waiting("0.2"));
    const shown = flow.watch("Notification");
    flow.press("As if it was back");
    flow.press("As if it was gone");
    assert.equal(((await shown.next()).payload as { title: string }).title, "The Plex server is gone");
    flow
      .node("Say that it is back")
      .context()
      .flow.set("goneSince", Date.now() - 60_000);
    flow.press("As if it was back");
    assert.equal(((await shown.next()).payload as { text: string }).text, "It was gone for 1 minute.");
    flow.press("As if it was back");
    flow.press("As if it was gone");
    assert.equal(((await shown.next()).payload as { title: string }).title, "The Plex server is gone");
    assert.deepEqual(flow.complaints, []);
  });
});
