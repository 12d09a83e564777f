#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""show - the quickstart after the build: broker, field, gateway and witness, a scenario, an outage, and the verdict.

It stands on the rig of the end-to-end tests; what it shows and judges is what mosquitto_sub received.
"""
import argparse
import json
import os
import re
import signal
import sys
import time

DEMO = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(DEMO))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e"))
import rig  # noqa: E402
from judge import judge  # noqa: E402
from lines import line, paint  # noqa: E402

OUTAGE_S = 8
SCENARIO_S = 300
DRAIN_S = 30
# while the broker is away: kept in the journal, told when it is back
WHILE_AWAY = [("set", "duress-t1", "press"), ("set", "duress-t1", "release"), ("set", "gas", "on"),
              ("set", "gate-b", "open"), ("set", "gate-b", "closed"), ("set", "gas", "off")]
# of the scenario, and of the outage
EXPECTED = {("fence-e01", "fence.intrusion"), ("cam-e1", "camera.trigger"), ("gate-a", "door.forced"),
            ("fence-e1", "device.lost"), ("fence-e2", "device.lost"), ("fence-e01", "supervision_lost"),
            ("fence-e02", "supervision_lost"), ("fence-e03", "supervision_lost"),
            ("duress-t1", "duress"), ("gas", "gas.leak"), ("gate-b", "door.forced")}


def localise(text):
    """The demo's site on this machine: free ports, ptys and journal in the temporary folder."""
    text = re.sub(r"mqtts?://[^\s\"',\]]+", "BROKER", text)
    text = re.sub(r"tcp://127\.0\.0\.1:(\d+)", r"TCP_\1", text)
    text = re.sub(r"rtu:[^\s\"'?]*?([^/\s\"'?]+)(?=\?)", r"rtu:TTY_\1", text)
    return re.sub(r"(journal:\s*\{?\s*dir:\s*)[^\s,}]+", r"\1FOLDER/journal", text)


class Show:
    def __init__(self, site):
        self.site, self.shown, self.ids, self.told = site, 0, set(), 0

    def pump(self):
        """Prints what reached the broker, and what the simulator tells, since the last call."""
        rows = self.site.subscriber.messages()
        for row in rows[self.shown:]:
            event = json.loads(row["payload"]) if row["topic"] == self.site.base + "event" else None
            if event and event["id"] not in self.ids:
                self.ids.add(event["id"])
                text = line(row, event)
                if text:
                    print(text, flush=True)
        self.shown = len(rows)
        told = re.findall(r"^[\d.]+ == (.*)$", self.site.wires.text(), re.M)
        for text in told[self.told:]:
            self.told += 1
            print(paint(f"-- {text}", "36"), flush=True)

    def until(self, predicate, what, deadline_s):
        def look():
            self.pump()
            return predicate()
        return rig.wait_for(look, what, deadline_s)

    def pause(self, seconds):
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() >= end, "a pause", seconds + 1)

    def note(self, text):
        self.pump()
        print(paint(f"-- {text}", "36"), flush=True)

    def scenario(self):
        teller = self.site.child("scenario", os.path.join(rig.BIN, "picket-sim"), "run",
                                 os.path.join(DEMO, "scenario.yaml"))
        self.until(lambda: not teller.alive(), "the scenario to end", SCENARIO_S)
        assert teller.process.returncode == 0, teller.text()

    def outage(self):
        self.note(f"the broker stops; for {OUTAGE_S} s nobody outside hears the gateway")
        self.site.broker.stop()
        start = time.monotonic()
        for words in WHILE_AWAY:
            self.note("meanwhile: picket-sim " + " ".join(words))
            self.site.sim(*words)
            self.pause(1)
        self.pause(max(0, start + OUTAGE_S - time.monotonic()))
        self.note("the broker is back")
        self.site.broker.run()

    def settled(self):
        """The journal, once the witness has all of it."""
        def look():
            events = self.site.journal()
            return events if events and events[-1]["data"]["seq"] == self.site.head() else None
        return self.until(look, "the witness to have everything that the journal has", DRAIN_S)

    def verdict(self):
        received = [(row["topic"], row["payload"]) for row in self.site.subscriber.messages()]
        return judge(self.settled(), received, EXPECTED)


def how_to_play(site):
    tool = os.path.relpath(rig.BIN, ROOT)
    tool = rig.BIN if tool.startswith("..") else tool
    return f"""
It stays up. From another terminal:

  cd {ROOT}
  export PICKET_SOCKET={site.socket} PICKET_SIM_SOCKET={site.environment["PICKET_SIM_SOCKET"]}
  {tool}/picketctl alarms             what waits for somebody; ack and reset take the target shown
  {tool}/picketctl sensors            every sensor, its state and how fresh it is
  {tool}/picketctl events -f          the journal as it grows
  {tool}/picket-sim list              the simulated field
  {tool}/picket-sim set gate-b open   open a door
  mosquitto_sub -p {site.broker.port} -v -t 'picket/#'        what any MQTT client sees
"""


def play(show, seconds, started):
    if seconds is not None and time.monotonic() >= started + seconds:
        return
    print(how_to_play(show.site), flush=True)
    print("Ctrl-C ends it." if seconds is None else f"It ends {seconds:g} s after its start, or with Ctrl-C.", flush=True)
    while seconds is None or time.monotonic() < started + seconds:
        show.pause(0.2)


def interrupt(signum, frame):
    raise KeyboardInterrupt


def perform(show, seconds):
    started = time.monotonic()
    try:
        show.site.start()
        show.scenario()
        show.outage()
        show.settled()
        show.note(show.verdict().say())
        play(show, seconds, started)
    except KeyboardInterrupt:
        print()
    show.note("the gateway stops")
    code = show.site.daemon.stop()
    verdict = show.verdict()
    if code:
        verdict.problems.append(f"picketd ended with {code}")
    show.note(verdict.say())
    return 1 if verdict.problems else 0


def main():
    parser = argparse.ArgumentParser(prog="show.py", description=__doc__.splitlines()[0])
    parser.add_argument("--for", type=float, dest="seconds", help="end by itself after so many seconds")
    seconds = parser.parse_args().seconds
    with open(os.path.join(DEMO, "site.yaml"), encoding="utf-8") as file:
        site = rig.Rig(localise(file.read()), durable_broker=True, persistent_subscriber=True)
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, interrupt)
    show = Show(site)
    try:
        code = perform(show, seconds)
    except (AssertionError, KeyboardInterrupt) as error:
        print(f"quickstart: {error or 'interrupted'}", file=sys.stderr)
        site.print_logs()
        code = 1
    try:
        site.close()
    except AssertionError as error:
        print(f"quickstart: {error}", file=sys.stderr)
        code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
