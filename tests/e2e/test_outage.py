# SPDX-License-Identifier: Apache-2.0
"""The broker is away for 20 s while 50 things happen, and the gateway dies in the middle: nothing is lost."""
import json
import time

import rig

OUTAGE_S = 20
FLIPS = 50
SENSORS = 5
OF_FLIPS = ("picket.alarm.raised", "picket.alarm.updated", "picket.alarm.cleared")  # updated: once more, unacknowledged
SITE = {
    "picket": 1, "site": "outage", "gateway": "gw-1", "broker": {"urls": ["BROKER"]},
    "journal": {"dir": "FOLDER/journal"},
    "links": {"yard": {"url": "TCP_yard"}},
    "devices": {"io": {"link": "yard", "unit": 1, "scan_ms": 50,
                       "points": {"di": {"table": "discrete", "address": 0, "count": 16}}}},
    "areas": {"yard": {"title": "Yard"}},
    "sensors": {f"in-{n}": {"kind": "input", "area": "yard", "input": f"io/di/{n}"} for n in range(SENSORS)},
}


class Outage(rig.RigCase):
    def setUp(self):
        self.site = self.rig(SITE, durable_broker=True, persistent_subscriber=True)
        self.site.start()
        self.state = dict.fromkeys(SITE["sensors"], False)

    def flip(self, number):
        """One sensor changes, and the gateway has seen it before the next one does."""
        name = f"in-{number % SENSORS}"
        self.state[name] = not self.state[name]
        self.site.sim("set", name, "on" if self.state[name] else "off")
        rig.wait_for(lambda: self.seen(name) == ("active" if self.state[name] else "normal"), f"{name} to be seen")

    def seen(self, name):
        return next(s["state"] for s in self.site.ctl_json("sensors")["sensors"] if s["id"] == name)

    def settled(self):
        """The witness has everything that the journal has; the journal's events."""
        def look():
            rows = self.site.journal()
            return rows if rows and rows[-1]["data"]["seq"] == self.site.head() else None
        return rig.wait_for(look, lambda: f"the witness (at {self.site.head()}) to catch up", 40)

    def check_everything(self, rows):
        self.assertEqual([row["data"]["seq"] for row in rows], list(range(1, len(rows) + 1)), "the journal has a gap")
        repeats = self.site.check_stream()
        told = {e["id"]: e for e in self.site.events()}
        self.assertEqual(told, {row["id"]: row for row in rows})
        print(f"{len(rows)} events, {repeats} of them told again", flush=True)

    def check_retained(self):
        def right():
            alarms, sensors = self.site.retained("alarm/#"), self.site.retained("sensor/#")
            live = {a["target"]: a["active"] for a in self.site.ctl_json("alarms")["alarms"]}
            return (alarms.keys() == {"alarm/" + target for target in live}
                    and all(alarms["alarm/" + target]["state"]["active"] == active for target, active in live.items())
                    and all(sensors[f"sensor/{name}"]["state"] == ("active" if on else "normal")
                            for name, on in self.state.items()))
        rig.wait_for(right, lambda: "the retained state to be right: " + json.dumps(
            [self.site.retained("#"), self.site.ctl_json("alarms"), self.state]), 20)

    def test_broker_away_and_gateway_killed(self):
        for number in range(5):
            self.flip(number)
        self.settled()
        self.assertEqual(self.site.broker.stop(), 0)
        start = time.monotonic()
        for number in range(FLIPS // 2):
            self.flip(number)
        self.site.daemon.kill()
        self.site.start_daemon()
        for number in range(FLIPS // 2, FLIPS):
            self.flip(number)
        away = time.monotonic() - start
        rig.wait_for(lambda: time.monotonic() > start + OUTAGE_S, "the outage to last", max(OUTAGE_S - away, 0) + 1)
        self.site.broker.run()
        rows = self.settled()
        of_flips = [row for row in rows if row["type"] in OF_FLIPS]
        self.assertGreaterEqual(len(of_flips), FLIPS + 5)
        self.check_everything(rows)
        self.check_retained()

    def test_gateway_killed_while_it_tells(self):
        for number in range(20):
            self.flip(number)
            if number % 5 == 4:
                self.site.daemon.kill()
                self.site.start_daemon()
        self.check_everything(self.settled())
        self.check_retained()

    def test_broker_killed(self):
        """kill -9 of a broker that saves nothing of the last moments: the gateway and the retained state survive."""
        self.flip(0)
        self.settled()
        self.site.broker.kill()
        self.flip(1)
        self.flip(2)
        self.site.broker.run()
        self.check_retained()


if __name__ == "__main__":
    rig.main()
